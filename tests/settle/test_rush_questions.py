"""What rushes say of questions: the judgements that count, as often as they change, and never twice."""

from __future__ import annotations

from sqlalchemy import select, update

from campaigns.db.bank import QuestionStat
from campaigns.db.models import QuestionVersion, Run
from campaigns.domain.bank import Stat
from campaigns.settle.awards import award_badges
from campaigns.settle.quiz.questions import count_answers, counting_due
from tests.show import Show
from tests.show_fixtures import Stage
from tests.stage import single


def stat(show: Show, n: int) -> Stat | None:
    mine = select(QuestionStat).join(QuestionVersion, QuestionVersion.question_id == QuestionStat.question_id)
    row = show.row(mine.where(QuestionVersion.id == show.round(n).question_version_id))
    return Stat(row.asked, row.right, row.median_ms, row.silent) if row is not None else None


def test_a_rush_is_counted_when_its_awards_are_given_and_again_when_it_is_corrected(stage: Stage) -> None:
    show = stage(single(), single())
    ming, hua, _silent = show.fans("小明", "小华", "小丽")
    show.play({ming: ("b", 1000), hua: ("c", 2345)})
    show.next()  # to the board
    show.play({ming: ("b", 700)})
    show.to_the_end()
    assert count_answers(show.services) in (True, False) and stat(show, 1) is None, "no awards, no counts"
    assert award_badges(show.services, show.run_id)
    assert counting_due(show.services) == [0]
    assert count_answers(show.services) and not count_answers(show.services)
    first = Stat(2, 1, stat_median(show, 1), 0)
    assert stat(show, 1) == first and first.median_ms is not None and 900 <= first.median_ms <= 1000
    show.correct(1, "c")
    show.settle_all()
    award_badges(show.services, show.run_id)
    count_answers(show.services)
    assert stat(show, 1) == first, "one was right before, and another one is now"
    show.void(2)
    show.settle_all()
    award_badges(show.services, show.run_id)
    count_answers(show.services)
    voided = stat(show, 2)
    assert voided is not None and voided.asked == 0
    assert stat(show, 1) == first


def stat_median(show: Show, n: int) -> int | None:
    known = stat(show, n)
    return known.median_ms if known is not None else None


def test_a_rehearsal_is_not_counted(stage: Stage) -> None:
    show = stage(single())
    with show.services.sql.begin() as sql:
        sql.execute(update(Run).where(Run.id == show.run_id).values(rehearsal=True))
    ming = show.fan("小明")
    show.play({ming: ("b", 1000)})
    show.to_the_end()
    award_badges(show.services, show.run_id)
    count_answers(show.services)
    assert stat(show, 1) is None
