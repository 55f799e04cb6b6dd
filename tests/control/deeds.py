"""Use cases of operators, each done once: by name, a function that prepares what it needs, does it, and says in which campaign.

What is prepared is done by ACTOR, the deed itself by `house.doer`; so what the log says of the doer is the deed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select, update

from campaigns.bootstrap import Services
from campaigns.control import buzzing, freezing, keys, people, proposals, screens, seasons, voids
from campaigns.control.conduct import cancel, press_next, set_switches
from campaigns.control.extending import extend
from campaigns.control.faces import hide_names, show_brand
from campaigns.control.pauses import pause, resume
from campaigns.control.prizes import redeem
from campaigns.control.rehearsals import start_rehearsal
from campaigns.control.reopening import reopen
from campaigns.control.running_order import redo, reorder
from campaigns.control.runs import make_run
from campaigns.control.waves import set_waves
from campaigns.db.models import Operator, Round, Run
from campaigns.domain.prizes import Prize
from campaigns.domain.proposal import Typed
from campaigns.domain.rehearsal import Plan
from campaigns.domain.waves import Wave
from campaigns.identity.operators import OperatorIdentity
from campaigns.play.history import awards_of
from campaigns.play.proposals import propose
from campaigns.settle.awards import award_badges
from tests.conftest import FakeTime
from tests.play.quiz.conftest import Season
from tests.settle.quiz.conftest import Record
from tests.show import ACTOR, Show, go
from tests.show_fixtures import Stage
from tests.stage import buzzer, estimate, single, words


@dataclass
class DeedsHouse:
    services: Services
    time: FakeTime
    operator: OperatorIdentity
    stage: Stage
    season: Season
    record: Record

    @property
    def doer(self) -> str:
        return f"operator:{self.operator.id}"

    def show(self, n: int = 1) -> tuple[Show, int]:
        show = self.stage(*(single(f"第 {each} 题") for each in range(n)))
        return show, show.run().campaign_id

    def waiting_season(self) -> tuple[int, int]:
        """(season, campaign): opens tomorrow."""
        table = self.season(starts_at=self.time.at + timedelta(days=1), ends_at=self.time.at + timedelta(days=3))
        return table.run_id, table.campaign_id

    def somebody(self) -> str:
        with self.services.sql.begin() as sql:
            made = insert(Operator).values(name=f"op {uuid4().hex}", created_at=self.time.at).returning(Operator.name)
            return str(sql.execute(made).scalar_one())


Deed = Callable[[DeedsHouse], int | None]
DEEDS: dict[str, Deed] = {}


def deed(act: Deed) -> Deed:
    """Named as the use case it does: `conduct__press_next`."""
    DEEDS[act.__name__.replace("__", ".")] = act
    return act


def at_the_desk(
    name: str, act: Callable[[Show, str], Any], ready: Callable[[Show], object] | None = None, n: int = 3
) -> None:
    """A deed of a run with `n` questions, its lobby open; `ready` brings it where the deed is possible."""

    def done(house: DeedsHouse) -> int:
        show, campaign_id = house.show(n)
        if ready is not None:
            ready(show)
        act(show, house.doer)
        return campaign_id

    DEEDS[name] = done


def _over(show: Show) -> None:
    show.play({show.fan("小明"): ("b", 900)})
    show.to_the_end()


def coming(show: Show) -> list[int]:
    ids = select(Round.id).where(Round.run_id == show.run_id, Round.n > 0).order_by(Round.n)
    return [row.id for row in show.rows(ids)]


def _sealed_key(house: DeedsHouse) -> int:
    show = house.stage(estimate(190, sealed=True))
    show.ask()
    show.close()
    keys.enter_key(show.services, show.run_id, show.round(1).id, house.doer, [], 190.0)
    return int(show.run().campaign_id)


def _buzzed(house: DeedsHouse) -> tuple[Show, int, str]:
    """Somebody has pressed the buzzer: (show, round, public id)."""
    show = house.stage(buzzer())
    fan = show.fan("小明")
    show.ask()
    show.say(fan, after_ms=300)
    return show, show.run().round_id, show.public(fan)


def _marked(house: DeedsHouse) -> int:
    show, round_id, fan = _buzzed(house)
    buzzing.mark(show.services, show.run_id, round_id, fan, house.doer, right=False)
    return int(show.run().campaign_id)


def _nobody(house: DeedsHouse) -> int:
    show, round_id, _ = _buzzed(house)
    buzzing.nobody(show.services, show.run_id, round_id, house.doer)
    return int(show.run().campaign_id)


def _marked_again(house: DeedsHouse) -> int:
    show, round_id, fan = _buzzed(house)
    buzzing.mark(show.services, show.run_id, round_id, fan, ACTOR, right=True)
    show.settle_all()
    buzzing.correct_marks(show.services, show.run_id, round_id, None, house.doer, "misheard")
    return int(show.run().campaign_id)


def _played(show: Show) -> None:
    show.play({show.fan("小明"): ("b", 900)})


def _paused(show: Show) -> None:
    show.ask()
    pause(show.services, show.run_id, ACTOR)
    go(show.clock, 2)


def _kick(show: Show, doer: str) -> None:
    people.kick(show.services, show.run_id, show.public(show.fan("小明")), doer)


def _ban(show: Show, doer: str) -> None:
    people.ban(show.services, show.run_id, show.public(show.fan("小明")), doer)


def _correct(show: Show, doer: str) -> None:
    keys.correct(show.services, show.run_id, show.round(1).id, doer, [show.place(1, "c")], None, "the stage was right")


def _reorder(show: Show, doer: str) -> None:
    before = coming(show)
    reorder(show.services, show.run_id, before, before[::-1], doer)


def _choose(show: Show) -> None:
    screens.choose_wall(show.services, show.run_id, ACTOR)


def _redeem(show: Show, doer: str) -> None:
    listed = [Prize(words("手机"), 1, 1, 1).to_dict()]
    with show.services.sql.begin() as sql:
        sql.execute(update(Run).where(Run.id == show.run_id).values(prizes=listed))
    fan = show.fan("小明")
    show.play({fan: ("b", 900)})
    show.to_the_end()
    award_badges(show.services, show.run_id)
    won = awards_of(show.services, show.run_id, fan)
    assert won is not None
    redeem(show.services, show.run_id, won.prizes[0].code, doer)


at_the_desk("prizes.redeem", _redeem, n=1)
at_the_desk("conduct.press_next", lambda show, by: press_next(show.services, show.run_id, show.run().seq, by))
at_the_desk("conduct.cancel", lambda show, by: cancel(show.services, show.run_id, by))
at_the_desk("conduct.set_switches", lambda show, by: set_switches(show.services, show.run_id, by, auto_reveal=True))
at_the_desk("extending.extend", lambda show, by: extend(show.services, show.run_id, show.round(1).id, 20, by), Show.ask)
at_the_desk("faces.show_brand", lambda show, by: show_brand(show.services, show.run_id, by, shown=True))
at_the_desk("faces.hide_names", lambda show, by: hide_names(show.services, show.run_id, by, hidden=True))
at_the_desk("keys.void", lambda show, by: keys.void(show.services, show.run_id, show.round(1).id, by, "bad"), Show.ask)
at_the_desk("keys.correct", _correct, _played)
at_the_desk("pauses.pause", lambda show, by: pause(show.services, show.run_id, by), Show.ask)
at_the_desk("pauses.resume", lambda show, by: resume(show.services, show.run_id, by), _paused)
at_the_desk("people.kick", _kick)
at_the_desk("people.ban", _ban)
at_the_desk("reopening.reopen", lambda show, by: reopen(show.services, show.run_id, by), _over, 1)
at_the_desk("running_order.reorder", _reorder)
at_the_desk("running_order.redo", lambda s, by: redo(s.services, s.run_id, s.round(1).id, by, "noise"), _played)
at_the_desk("runs.make_run", lambda show, by: make_run(show.services, show.run().activity_id, actor=by))
at_the_desk(
    "rehearsals.start_rehearsal",
    lambda show, by: start_rehearsal(show.services, show.run().activity_id, Plan(fans=1), by),
)
at_the_desk("screens.choose_wall", lambda show, by: screens.choose_wall(show.services, show.run_id, by))
at_the_desk("screens.free_wall", lambda show, by: screens.free_wall(show.services, show.run_id, by), _choose)
DEEDS["keys.enter_key"] = _sealed_key
DEEDS["buzzing.mark"], DEEDS["buzzing.nobody"] = _marked, _nobody
DEEDS["buzzing.correct_marks"] = _marked_again


# --- seasons, plays, proposals -------------------------------------------------------------------------------------


@deed
def seasons__make_season(house: DeedsHouse) -> int:
    table = house.season()
    with house.services.reading() as sql:
        quiz_id = sql.scalar(select(Run.activity_id).where(Run.id == table.run_id))
    seasons.make_season(table.services, quiz_id or 0, actor=house.doer)
    return table.campaign_id


def of_a_season(name: str, act: Callable[[Services, int, str], object], *, opened: bool = False) -> None:
    def done(house: DeedsHouse) -> int:
        run_id, campaign_id = house.waiting_season()
        if opened:
            seasons.open_season(house.services, run_id, ACTOR)
        act(house.services, run_id, house.doer)
        return campaign_id

    DEEDS[name] = done


def _move_closing(services: Services, run_id: int, by: str) -> None:
    seasons.move_closing(services, run_id, services.now().at + timedelta(days=2), by)


def _set_waves(services: Services, run_id: int, by: str) -> None:
    set_waves(services, run_id, [Wave(services.now().at + timedelta(hours=3), ("core",), badges=("top3",))], by)


def _reveal_frozen(services: Services, run_id: int, by: str) -> None:
    freezing.freeze(services, run_id, services.now().at, ACTOR)
    freezing.reveal(services, run_id, by)


of_a_season("seasons.open_season", seasons.open_season)
of_a_season("seasons.close_season", seasons.close_season, opened=True)
of_a_season("seasons.move_closing", _move_closing)
of_a_season("seasons.call_off", seasons.call_off)
of_a_season("waves.set_waves", _set_waves)
of_a_season("freezing.freeze", lambda s, run, by: freezing.freeze(s, run, s.now().at, by), opened=True)
of_a_season("freezing.reveal", _reveal_frozen, opened=True)


@deed
def voids__void_play(house: DeedsHouse) -> int:
    table = house.record()
    voids.void_play(table.services, table.ended(table.fan(), 40), house.operator.id, "a script", house.doer)
    return table.campaign_id


@deed
def voids__lift_void(house: DeedsHouse) -> int:
    table = house.record()
    play_id = table.ended(table.fan(), 40)
    voids.void_play(table.services, play_id, None, "a script", ACTOR)
    voids.lift_void(table.services, play_id, "it was not", house.doer)
    return table.campaign_id


def _proposed(house: DeedsHouse) -> tuple[int, int]:
    table = house.season()
    propose(table.services, table.seat(table.fan()), Typed("zh", "谁出的题？", ("我", "你", "他", "她"), 1, "是你。"))
    return table.campaign_id, proposals.open_proposals(table.services, table.campaign_id)[0].id


@deed
def proposals__accept(house: DeedsHouse) -> int:
    campaign_id, question_id = _proposed(house)
    proposals.accept(house.services, campaign_id, question_id, house.operator.id)
    return campaign_id


@deed
def proposals__refuse(house: DeedsHouse) -> int:
    campaign_id, question_id = _proposed(house)
    proposals.refuse(house.services, campaign_id, question_id, house.operator.id, "known")
    return campaign_id
