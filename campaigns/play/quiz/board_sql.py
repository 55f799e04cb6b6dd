"""The statements that boards are read with, by measure. Each walks an index from where the fan stands; none sorts a board."""

from __future__ import annotations

from sqlalchemy import text

_NUMBER = {"total": 0, "best": 1}

PAGE = {
    m: text(f"""
SELECT fan_id, {m} AS score FROM board_row WHERE board_id = :board AND {m} IS NOT NULL
 ORDER BY {m} DESC, {m}_at, fan_id LIMIT :most
""")
    for m in _NUMBER
}
OWN = {
    m: text(f"""
SELECT {m} AS score, {m}_at AS at FROM board_row WHERE board_id = :board AND fan_id = :fan AND {m} IS NOT NULL
""")
    for m in _NUMBER
}
_ABOVE = """
SELECT coalesce(sum(fans), 0) FROM board_bucket WHERE board_id = :board AND measure = {} AND score > :score
"""
INSIDE = {
    "total": text(f"""
SELECT ({_ABOVE.format(0)}) + (
  SELECT count(*) FROM board_row
   WHERE board_id = :board AND total = :score AND (total_at, fan_id) < (:at, CAST(:fan AS bigint)))
"""),
    "best": text(f"""
SELECT ({_ABOVE.format(1)}) + (
  SELECT coalesce(sum(fans), 0) FROM board_bucket
   WHERE board_id = :board AND measure = 2 AND score = :score AND slot < :slot) + (
  SELECT count(*) FROM board_row
   WHERE board_id = :board AND best = :score AND best_at >= :slot_at AND (best_at, fan_id) < (:at, CAST(:fan AS bigint)))
"""),
}
_SIDE = """
SELECT fan_id, score FROM (
  (SELECT fan_id, {m} AS score, 0 AS part FROM board_row
    WHERE board_id = :board AND {m} = :score AND ({m}_at, fan_id) {inside} (:at, CAST(:fan AS bigint))
    ORDER BY {m}_at {at}, fan_id {at} LIMIT :most)
  UNION ALL
  (SELECT fan_id, {m}, 1 FROM board_row WHERE board_id = :board AND {m} {outside} :score
    ORDER BY {m} {score}, {m}_at {at}, fan_id {at} LIMIT :most)) AS side
"""
AROUND = {
    m: (
        text(_SIDE.format(m=m, inside="<", outside=">", score="ASC", at="DESC")),
        text(_SIDE.format(m=m, inside=">", outside="<", score="DESC", at="ASC")),
    )
    for m in _NUMBER
}
_OWN_RESULTS = """
WITH own AS (
  SELECT {} AS score FROM play_result r JOIN run ON run.id = r.run_id AND NOT run.rehearsal
   WHERE run.activity_id = :activity AND r.fan_id = :fan AND r.challenge_id IS NULL AND r.day >= :first AND r.day < :after
     AND r.ended_at < :until AND r.xid < (SELECT until FROM play_window WHERE id = 1)
     AND NOT EXISTS (SELECT FROM play_void v WHERE v.play_id = r.play_id AND v.lifted IS NULL))
SELECT own.score, (SELECT coalesce(sum(fans), 0) FROM board_bucket
                    WHERE board_id = :board AND measure = {} AND score > own.score) AS above FROM own
"""
OWN_RESULTS = {
    "total": text(_OWN_RESULTS.format("sum(r.score)", 0)),
    "best": text(_OWN_RESULTS.format("max(r.score)", 1)),
}
