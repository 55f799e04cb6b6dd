"""The sheets of a quiz's season: its board by both measures, and the result of every play with what was said against it."""

from __future__ import annotations

from sqlalchemy import Connection, text

from campaigns.control.report.sheet import EVENTS, FAN, NAME, SCORE, Rows, Sheet, Wanted, column, streamed
from campaigns.domain.periods import season_board
from campaigns.domain.play_result import flags_in
from campaigns.domain.progress import Flag
from campaigns.domain.question import Words

FLAGS: dict[Flag, Words] = {
    Flag.SUPERHUMAN: column("120 毫秒内答对", "right within 120 ms"),
    Flag.HASTY: column("没读题就继续", "asked on without reading"),
    Flag.PERFECT_FAST: column("全对且过半不到一秒", "all right, half below a second"),
}
# The order of the boards' own pages: whoever reached a score first stands first, and nobody shares a rank.
BOARD_QUERY = text("""
SELECT row_number() OVER (ORDER BY x.total DESC, x.total_at, x.fan_id) AS by_total,
       row_number() OVER (ORDER BY x.best DESC, x.best_at, x.fan_id) AS by_best,
       p.nickname AS name, f.public, x.total, x.total_at, x.best, x.best_at, t.plays, t.passed, t.granted
  FROM board_row x JOIN board b ON b.id = x.board_id JOIN run r ON r.id = :run AND r.activity_id = b.activity_id
  JOIN fan f ON f.id = x.fan_id
  LEFT JOIN participation p ON p.fan_id = x.fan_id AND p.campaign_id = :campaign
  LEFT JOIN tally t ON t.run_id = :run AND t.fan_id = x.fan_id
 WHERE b.name = :board ORDER BY by_total
""")
RESULTS_QUERY = text("""
SELECT x.play_id, p.nickname AS name, f.public, x.day, x.ended_at, x.score, x.elapsed_ms, x."right", x.asked, x.passed,
       x.flags, x.challenge_id IS NOT NULL AS challenge, v.why
  FROM play_result x JOIN fan f ON f.id = x.fan_id
  LEFT JOIN participation p ON p.fan_id = x.fan_id AND p.campaign_id = :campaign
  LEFT JOIN play_void v ON v.play_id = x.play_id AND v.lifted IS NULL
 WHERE x.run_id = :run ORDER BY x.play_id
""")


def _board(sql: Connection, wanted: Wanted) -> Rows:
    for row in streamed(sql, BOARD_QUERY, wanted, board=season_board(wanted.run_id)):
        total = (row.total, wanted.local(row.total_at), row.by_best, row.best, wanted.local(row.best_at))
        yield row.by_total, row.name, row.public, *total, row.plays, row.passed, row.granted


def _results(sql: Connection, wanted: Wanted) -> Rows:
    comma = "、" if wanted.language == "zh" else ", "
    for row in streamed(sql, RESULTS_QUERY, wanted):
        who = (row.play_id, row.name, row.public, row.day.isoformat(), wanted.local(row.ended_at))
        done = (row.score, row.right, row.asked, row.passed, row.elapsed_ms, wanted.truth(row.challenge))
        remarks = comma.join(wanted.said(FLAGS[flag]) for flag in flags_in(row.flags))
        yield *who, *done, remarks, row.why


BOARD = Sheet(
    "board",
    column("排行榜", "Board"),
    (
        column("总分名次", "Rank by total"),
        NAME,
        FAN,
        column("总分", "Total"),
        column("达到时间", "Reached"),
        column("单局名次", "Rank by best play"),
        column("最佳单局", "Best play"),
        column("单局达到时间", "Best play reached"),
        column("局数", "Plays"),
        column("最远关卡", "Gates passed"),
        column("积分", "Points"),
    ),
    _board,
)
RESULTS = Sheet(
    "results",
    column("对局成绩", "Results"),
    (
        column("对局", "Play"),
        NAME,
        FAN,
        column("日期", "Day"),
        column("结束时间", "Ended"),
        SCORE,
        column("答对", "Right"),
        column("出题", "Asked"),
        column("过关", "Gates passed"),
        column("总用时（毫秒）", "Time (ms)"),
        column("战书", "Challenge"),
        column("异常", "Remarks"),
        column("作废原因", "Why it does not count"),
    ),
    _results,
)
SHEETS = (BOARD, RESULTS, EVENTS)
