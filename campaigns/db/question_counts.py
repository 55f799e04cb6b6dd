"""What is counted of questions in play, written by difference, and what each question shows of it.

A question shows the counts of its newest version and of those that asked the same: same key, same choices. So a typo mended in
the question keeps them, and a mended key or choice begins anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, text

from campaigns.domain.heard import Heard, two_digits

TWO_DIGITS = "{0} - {0} % (10 ^ greatest(length({0}::text) - 2, 0))::int"
ADD_COUNTS = text("""
INSERT INTO question_tally AS t (version_id, run_id, asked, "right", silent)
SELECT * FROM unnest(CAST(:version_id AS bigint[]), CAST(:run_id AS bigint[]),
                     CAST(:asked AS bigint[]), CAST(:right AS bigint[]), CAST(:silent AS bigint[]))
    ON CONFLICT (version_id, run_id) DO UPDATE
   SET asked = t.asked + excluded.asked, "right" = t."right" + excluded."right", silent = t.silent + excluded.silent
""")
ADD_TIMES = text("""
INSERT INTO question_time AS t (version_id, run_id, ms, answers)
SELECT * FROM unnest(CAST(:version_id AS bigint[]), CAST(:run_id AS bigint[]), CAST(:ms AS int[]), CAST(:answers AS bigint[]))
    ON CONFLICT (version_id, run_id, ms) DO UPDATE SET answers = t.answers + excluded.answers
""")
QUESTIONS_OF = text("SELECT DISTINCT question_id FROM question_version WHERE id = ANY (:versions)")
# The median is the least time that half of the answers did not exceed: of an even number, the lower of the two in the middle.
SHOW = text("""
WITH alike AS (
  SELECT q.id AS question_id, v.id AS version_id FROM question q
    JOIN question_version newest ON newest.question_id = q.id AND newest.n = q.n
    JOIN question_version v ON v.question_id = q.id AND v.key IS NOT DISTINCT FROM newest.key
         AND v.body->'choices' IS NOT DISTINCT FROM newest.body->'choices'
   WHERE q.id = ANY (:questions)),
counted AS (
  SELECT question_id, sum(asked) AS asked, sum("right") AS "right", sum(silent) AS silent
    FROM alike JOIN question_tally USING (version_id) GROUP BY question_id),
times AS (
  SELECT question_id, ms, sum(answers) AS answers FROM alike JOIN question_time USING (version_id) GROUP BY 1, 2),
ranked AS (
  SELECT question_id, ms, sum(answers) OVER (PARTITION BY question_id ORDER BY ms) AS until,
         sum(answers) OVER (PARTITION BY question_id) AS every FROM times),
medians AS (SELECT question_id, min(ms) AS ms FROM ranked WHERE every > 0 AND 2 * until >= every GROUP BY question_id)
INSERT INTO question_stat (question_id, asked, "right", silent, median_ms, updated_at)
SELECT q.id, coalesce(c.asked, 0), coalesce(c."right", 0), coalesce(c.silent, 0), m.ms, :at
  FROM unnest(CAST(:questions AS bigint[])) AS q(id)
  LEFT JOIN counted c ON c.question_id = q.id LEFT JOIN medians m ON m.question_id = q.id ORDER BY q.id
    ON CONFLICT (question_id) DO UPDATE SET asked = excluded.asked, "right" = excluded."right",
       silent = excluded.silent, median_ms = excluded.median_ms, updated_at = excluded.updated_at
""")


@dataclass
class Counts:
    """To be added, by (version, run); below 0 for plays that do not count any more."""

    asked: Counter[tuple[int, int]] = field(default_factory=Counter)
    right: Counter[tuple[int, int]] = field(default_factory=Counter)
    silent: Counter[tuple[int, int]] = field(default_factory=Counter)
    times: Counter[tuple[int, int, int]] = field(default_factory=Counter)

    def add(self, run_id: int, told: Iterable[Heard], sign: int) -> None:
        for each in told:
            key = (each.version_id, run_id)
            self.asked[key] += sign
            if each.right:
                self.right[key] += sign
            if each.elapsed_ms is None:
                self.silent[key] += sign
            else:
                self.times[*key, two_digits(each.elapsed_ms)] += sign

    @property
    def versions(self) -> list[int]:
        return sorted({version_id for version_id, _ in self.asked})


def write(sql: Connection, counts: Counts, at: datetime) -> None:
    """Add the counts, and show what the questions have now. In one order, so that two writers never wait for each other."""
    if not counts.asked:
        return
    keys = sorted(counts.asked)
    amounts: Mapping[str, Counter[tuple[int, int]]] = {
        "asked": counts.asked,
        "right": counts.right,
        "silent": counts.silent,
    }
    columns = {name: [counter[key] for key in keys] for name, counter in amounts.items()}
    sql.execute(ADD_COUNTS, columns | {"version_id": [key[0] for key in keys], "run_id": [key[1] for key in keys]})
    times = sorted(key for key, amount in counts.times.items() if amount)
    names = ("version_id", "run_id", "ms")
    parts = {name: [key[place] for key in times] for place, name in enumerate(names)}
    sql.execute(ADD_TIMES, parts | {"answers": [counts.times[key] for key in times]})
    show_versions(sql, counts.versions, at)


def show_versions(sql: Connection, versions: list[int], at: datetime) -> None:
    show(sql, list(sql.scalars(QUESTIONS_OF, {"versions": versions})), at)


def show(sql: Connection, questions: list[int], at: datetime) -> None:
    """Bring `question_stat` of these questions up to what has been counted."""
    sql.execute(SHOW, {"questions": sorted(questions), "at": at})
