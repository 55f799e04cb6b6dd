"""The sheets of a rush's run: board, winners, every answer. By the judgements that count, as they stand now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, text

from campaigns.control.report.sheet import (
    EVENTS,
    FAN,
    NAME,
    RANK,
    SCORE,
    WARM_UP,
    Cell,
    Rows,
    Sheet,
    Wanted,
    column,
    streamed,
)
from campaigns.db.question_rows import question_from
from campaigns.domain.badge_wall import described
from campaigns.domain.clock import RoundClock
from campaigns.domain.question import Words, public

NS_PER_MS = 1_000_000
LETTERS = "ABCDEF"

_WHO = """
  JOIN fan f ON f.id = x.fan_id
  LEFT JOIN participation p ON p.fan_id = x.fan_id AND p.campaign_id = :campaign
"""
BOARD_QUERY = text(f"""
SELECT x.rank, p.nickname AS name, f.public, x.score, x.elapsed_ms, x.out,
       coalesce(c.rights, 0) AS rights, coalesce(c.answers, 0) AS answers,
       p.first_channel AS channel, i.nickname AS inviter, s.joined_at
  FROM standing x {_WHO}
  LEFT JOIN participation i ON i.fan_id = p.inviter_id AND i.campaign_id = :campaign
  LEFT JOIN run_fan s ON s.run_id = x.run_id AND s.fan_id = x.fan_id
  LEFT JOIN (SELECT o.fan_id, count(*) FILTER (WHERE o."right") AS rights, count(o.elapsed_ms) AS answers
               FROM score o JOIN round r ON r.id = o.round_id AND r.version = o.version AND r.warm_up = 0
              WHERE r.run_id = :run GROUP BY o.fan_id) c ON c.fan_id = x.fan_id
 WHERE x.run_id = :run ORDER BY x.rank, x.fan_id
""")
# A guest's seat in a rush stays the guest's; what it brought is the account's.
WINNERS_QUERY = text(f"""
SELECT x.rank, p.nickname AS name, f.public, x.score,
       (SELECT coalesce(sum(l.amount), 0) FROM ledger_entry l WHERE l.run_id = :run AND l.fan_id = own.id) AS points,
       (SELECT array_agg(h.badge ORDER BY h.badge) FROM (SELECT w.badge FROM award w
         WHERE w.run_id = :run AND w.fan_id = own.id GROUP BY w.badge HAVING sum(w.delta) > 0) h) AS badges,
       won.prizes, won.handed_over
  FROM standing x {_WHO}
  LEFT JOIN fan_alias a ON a.from_id = x.fan_id
  CROSS JOIN LATERAL (SELECT coalesce(a.to_id, x.fan_id) AS id) own
  LEFT JOIN (SELECT c.fan_id, array_agg(n.prizes -> c.prize::int -> 'name' ORDER BY c.prize) AS prizes,
                    array_agg(n.prizes -> c.prize::int -> 'name' ORDER BY c.prize)
                      FILTER (WHERE c.redeemed_at IS NOT NULL) AS handed_over
               FROM claim c JOIN run n ON n.id = c.run_id
              WHERE c.run_id = :run AND (c.withdrawn_at IS NULL OR c.redeemed_at IS NOT NULL) GROUP BY c.fan_id) won
    ON won.fan_id = x.fan_id
 WHERE x.run_id = :run AND (x.rank <= 3 AND x.score > 0 OR won.fan_id IS NOT NULL) ORDER BY x.rank, x.fan_id
""")
ROUNDS_QUERY = text("""
SELECT r.id, r.n, r.warm_up, r.choice_order, q.body FROM round r JOIN question_version q ON q.id = r.question_version_id
 WHERE r.run_id = :run
""")
ANSWERS_QUERY = text(f"""
SELECT x.round_id, p.nickname AS name, f.public, x.places, x.value, x.opened_ns, x.received_ns, x.allowance_ns, x.rtt_ns,
       x.tap_ms, x.received_at, x.receipt, s."right", s.score, s.bonus, s.rank, s.flagged
  FROM answer x JOIN round r ON r.id = x.round_id {_WHO}
  LEFT JOIN score s ON s.round_id = x.round_id AND s.version = r.version AND s.fan_id = x.fan_id
 WHERE r.run_id = :run ORDER BY r.n, r.warm_up, x.received_ns, x.fan_id
""")


def _board(sql: Connection, wanted: Wanted) -> Rows:
    for row in streamed(sql, BOARD_QUERY, wanted):
        done = (row.score, row.rights, row.answers, row.elapsed_ms, wanted.truth(row.out))
        yield row.rank, row.name, row.public, *done, row.channel, row.inviter, wanted.local(row.joined_at)


def _winners(sql: Connection, wanted: Wanted) -> Rows:
    comma = "、" if wanted.language == "zh" else ", "

    def listed(words: Iterable[Words] | None) -> str:
        return comma.join(map(wanted.said, words or ()))

    for row in streamed(sql, WINNERS_QUERY, wanted):
        badges = [known.name for badge in row.badges or () if (known := described(badge))]
        yield (
            row.rank,
            row.name,
            row.public,
            row.score,
            int(row.points),
            listed(badges),
            listed(row.prizes),
            listed(row.handed_over),
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as the answers' sheet names it; `choices` by their places."""

    n: int | str  # a warm-up has no number
    text: str
    choices: tuple[str, ...]

    def cells(self, places: list[int]) -> tuple[str, str]:
        """The letters said, and what they stand for."""
        return "".join(LETTERS[place] for place in places), " / ".join(self.choices[place] for place in places)


def _asked(sql: Connection, wanted: Wanted) -> dict[int, _Asked]:
    asked = {}
    for row in sql.execute(ROUNDS_QUERY, {"run": wanted.run_id}):
        shown = public(question_from(row.body, None), tuple(row.choice_order))
        n = wanted.said(WARM_UP) if row.warm_up else row.n
        asked[row.id] = _Asked(n, wanted.said(shown.text), tuple(map(wanted.said, shown.choices)))
    return asked


def _answers(sql: Connection, wanted: Wanted) -> Rows:
    asked = _asked(sql, wanted)
    for row in streamed(sql, ANSWERS_QUERY, wanted):
        about = asked[row.round_id]
        said: tuple[Cell, ...] = (*about.cells(row.places), row.value)
        judged = (wanted.truth(row.right), row.score, row.bonus, row.rank)
        clock = RoundClock(row.opened_ns, row.opened_ns)
        elapsed_ns = clock.elapsed_ns(row.received_ns, row.allowance_ns)
        times = (elapsed_ns, row.allowance_ns, clock.raw_ns(row.received_ns, row.opened_ns), row.rtt_ns)
        shown = tuple(None if ns is None else ns // NS_PER_MS for ns in times)
        proof = (wanted.truth(row.flagged), wanted.local(row.received_at), row.receipt)
        yield about.n, about.text, row.name, row.public, *said, *judged, *shown, row.tap_ms, *proof


BOARD = Sheet(
    "board",
    column("排行榜", "Board"),
    (
        RANK,
        NAME,
        FAN,
        SCORE,
        column("答对题数", "Right answers"),
        column("答题数", "Answers"),
        column("答对总用时（毫秒）", "Time of right answers (ms)"),
        column("已出局", "Out"),
        column("渠道", "Channel"),
        column("邀请人", "Invited by"),
        column("加入时间", "Joined"),
    ),
    _board,
)
WINNERS = Sheet(
    "winners",
    column("获奖名单", "Winners"),
    (
        RANK,
        NAME,
        FAN,
        SCORE,
        column("积分", "Points"),
        column("勋章", "Badges"),
        column("奖品", "Prizes"),
        column("已发放", "Handed over"),
    ),
    _winners,
)
ANSWERS = Sheet(
    "answers",
    column("答题记录", "Answers"),
    (
        column("题号", "Question"),
        column("题目", "Question text"),
        NAME,
        FAN,
        column("选项", "Choice"),
        column("选项内容", "Choice text"),
        column("数值", "Value"),
        column("答对", "Right"),
        SCORE,
        column("其中连对加分", "Of it for the streak"),
        column("本题名次", "Place in this question"),
        column("用时（毫秒）", "Time (ms)"),
        column("网络补偿（毫秒）", "Network allowance (ms)"),
        column("未补偿用时（毫秒）", "Time before allowance (ms)"),
        column("最低往返（毫秒）", "Lowest round trip (ms)"),
        column("手机自报用时（毫秒）", "Time as the phone says (ms)"),
        column("异常快", "Faster than a human"),
        column("收到时间", "Received"),
        column("回执", "Receipt"),
    ),
    _answers,
)
SHEETS = (BOARD, WINNERS, ANSWERS, EVENTS)
