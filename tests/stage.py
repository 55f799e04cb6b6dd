"""People of the tests: an operator at a desk, fans with phones, a screen on the wall. Real Socket.IO clients.

`rush` makes a campaign with a rush in SQL; `Page` records everything it receives, so a test can also assert what must
*not* have come.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any, Self

import socketio
from sqlalchemy import insert, select

from campaigns.bootstrap import Services
from campaigns.control.runs import make_run, run_summary
from campaigns.db.crew import own
from campaigns.db.models import Activity, ActivityQuestion, Campaign, QuestionVersion
from campaigns.db.models import Question as QuestionRow
from campaigns.db.question_rows import body_of, key_json
from campaigns.domain.question import Choice, ChoiceKey, Kind, Question, ValueKey, validate
from campaigns.domain.rush_rules import RushRules
from campaigns.identity.displays import new_display, pair
from campaigns.identity.fans import new_fan
from campaigns.identity.operators import consume_login_link, mint_login_link
from campaigns.play.join import Joined, join

PATIENCE_S = 60.0
CONNECT_S = 30.0
HUMAN_S = 0.15  # quicker than 120 ms is flagged
QUICK = RushRules(lead_ms=300, reading_min_ms=0, reading_max_ms=300)


def words(text: str) -> dict[str, str]:
    return {"zh": text, "en": text}


def single(text: str = "哪一款更重？", right: str = "b", seconds: int = 20, **more: Any) -> Question:
    """A question of four choices a…d."""
    choices = tuple(Choice(name, words(f"选项 {name}")) for name in "abcd")
    key = None if more.get("sealed") else ChoiceKey(frozenset({right}))
    given = {"explanation": words(f"因为 {right}"), "seconds": seconds, **more}
    return validate(Question(Kind.SINGLE, words(text), choices, key, **given))


def estimate(value: float = 190, margin: float = 10, **more: Any) -> Question:
    key = None if more.get("sealed") else ValueKey(value, margin)
    sealed_margin = margin if more.get("sealed") else None
    unit = words("克")
    return validate(
        Question(Kind.ESTIMATE, words("有多重？"), (), key, unit=unit, low=100, high=300, margin=sealed_margin, **more)
    )


def buzzer(**more: Any) -> Question:
    return validate(Question(Kind.BUZZER, words("谁最快？"), sealed=True, **{"explanation": words("是它"), **more}))


def rush(services: Services, questions: Sequence[Question], rules: RushRules = QUICK, **switches: bool) -> int:
    """The id of a new activity in a campaign of its own, rate 2."""
    at = services.now().at
    with services.sql.begin() as sql:
        values: dict[str, Any] = {"title": words("测试"), "zone": "Asia/Shanghai", "rate": Decimal(2), "created_at": at}
        campaign = sql.execute(insert(Campaign).values(values).returning(Campaign.id)).scalar_one()
        own(sql, campaign, None, at)
        values = {"campaign_id": campaign, "kind": "rush", "title": words("抢答"), "rules": rules.to_dict()}
        made = insert(Activity).values({**values, **switches, "created_at": at}).returning(Activity.id)
        activity: int = sql.execute(made).scalar_one()
        for place, question in enumerate(questions):
            row = insert(QuestionRow).values(campaign_id=campaign, created_at=at).returning(QuestionRow.id)
            question_id = sql.execute(row).scalar_one()
            version = {"question_id": question_id, "n": 1, "body": body_of(question), "key": key_json(question.key)}
            sql.execute(insert(QuestionVersion).values({**version, "created_at": at}))
            sql.execute(insert(ActivityQuestion).values(activity_id=activity, place=place, question_id=question_id))
    return activity


def run_of(services: Services, questions: Sequence[Question], rules: RushRules = QUICK, **switches: bool) -> int:
    """A run with its lobby open."""
    return make_run(services, rush(services, questions, rules, **switches), actor="test")


def joined_fan(services: Services, run_id: int, name: str) -> tuple[int, str]:
    """(fan id, cookie token) of a fan who has joined the run."""
    fan_id, token = new_fan(services)
    outcome = join(services, run_summary(services, run_id).code, fan_id, name)
    assert isinstance(outcome, Joined), outcome
    return fan_id, token


class Client(socketio.Client):  # type: ignore[misc]  # untyped library
    """Waits for the answer to a connect as long as our page does; the library's one second is short on two shared cores."""

    def connect(self, *given: Any, **more: Any) -> None:
        try:
            super().connect(*given, **{"wait_timeout": CONNECT_S, **more})
        except BaseException:
            self.let_go()
            raise

    def let_go(self) -> None:
        """Close its socket. The library leaves one that the server has closed first to the collector, which complains in whatever
        test it then is."""
        if self.eio.ws is not None:
            self.eio.ws.shutdown()


class Page:
    """One connected page. `packets` is all it ever received, in order."""

    def __init__(self, url: str, namespace: str, cookie: str, auth: dict[str, Any]) -> None:
        self.namespace, self._url, self._cookie, self._auth = namespace, url, cookie, auth
        self.packets: list[tuple[str, Any]] = []
        self._news = threading.Condition()
        self.client = Client(reconnection=False)
        self.client.on("*", self._received, namespace=namespace)

    def __enter__(self) -> Self:
        headers = {"Cookie": self._cookie} if self._cookie else {}
        self.client.connect(
            self._url, headers=headers, auth=self._auth, namespaces=[self.namespace], transports=["websocket"]
        )
        return self

    def __exit__(self, *error: object) -> None:
        wire = self.client.eio.ws
        if wire is not None:  # it would wait 3 s for a farewell that the client's own read loop has taken
            wire.close = partial(wire.close, timeout=0)
        self.client.disconnect()
        self.client.let_go()

    def _received(self, event: str, data: Any = None) -> None:
        with self._news:
            self.packets.append((event, data))
            self._news.notify_all()

    def ask(self, event: str, data: Any = None) -> Any:
        """Send and return the acknowledgement."""
        return self.client.call(event, {} if data is None else data, namespace=self.namespace, timeout=PATIENCE_S)

    def wait(self, wanted: Callable[[str, Any], bool], patience_s: float = PATIENCE_S) -> Any:
        """The newest packet that is `wanted`, received already or to come."""
        until = time.monotonic() + patience_s
        with self._news:
            while True:
                for event, data in reversed(self.packets):
                    if wanted(event, data):
                        return data
                left = until - time.monotonic()
                assert left > 0, f"not received; {getattr(self, 'refused', None)}, last packets: {self.packets[-3:]}"
                self._news.wait(left)

    def scene(self, name: str, round_n: int | None = None) -> Any:
        """The newest scene packet of this name (of this round)."""

        def fits(event: str, data: Any) -> bool:
            packet = data.get("scene") if event in ("snapshot", "desk") else data
            if not isinstance(packet, dict) or packet.get("scene") != name:
                return False
            return round_n is None or (packet["round"] or {}).get("n") == round_n

        data = self.wait(fits)
        return data if isinstance(data["scene"], str) else data["scene"]


class Phone(Page):
    """A fan's page."""

    def __init__(self, url: str, services: Services, run_id: int, name: str) -> None:
        self.fan_id, self.token = joined_fan(services, run_id, name)
        code = run_summary(services, run_id).code
        super().__init__(url, "/fans", f"fan={self.token}", {"run": code, "tab": name})

    def answer(self, open_scene: Any, **said: Any) -> Any:
        """Wait for the opening by the server's clock (the same host's), then answer."""
        opens_s = open_scene["round"]["opens_ms"] / 1000
        time.sleep(max(0.0, opens_s - time.monotonic()) + HUMAN_S)
        return self.ask("answer", {"round": open_scene["round"]["id"], **said})


class Screen(Page):
    """A paired display."""

    def __init__(self, url: str, services: Services, run_id: int) -> None:
        token, code = new_display(services)
        assert pair(services, code, run_summary(services, run_id).campaign_id)
        super().__init__(url, "/displays", f"display={token}", {})


class Desk(Page):
    """An operator's run desk."""

    def __init__(self, url: str, services: Services, run_id: int) -> None:
        token = consume_login_link(services, mint_login_link(services))
        assert token is not None
        self.services, self.run_id = services, run_id
        super().__init__(url, "/operators", f"operator={token}", {"run": str(run_id)})

    def next(self, wanted: str = "moved") -> None:
        """Press next in the state the desk shows now; waits out a settling."""
        until = time.monotonic() + PATIENCE_S
        while True:
            outcome = self.ask("next", {"seq": self.newest_seq()})["outcome"]
            if outcome == wanted:
                return
            assert outcome in ("waiting", "stale") and time.monotonic() < until, outcome
            time.sleep(0.05)

    def newest_seq(self) -> int:
        from campaigns.db.models import Run

        with self.services.sql.connect() as sql:
            return sql.execute(select(Run.seq).where(Run.id == self.run_id)).scalar_one()

    def places_of(self, round_id: str, choice: str) -> int:
        """The place on the wire of an authored choice."""
        from campaigns.db.models import Round

        with self.services.sql.connect() as sql:
            order = sql.execute(select(Round.choice_order).where(Round.id == int(round_id))).scalar_one()
        return order.index(choice)
