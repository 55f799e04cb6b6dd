"""Everything the report page of a rush's run shows, read in one snapshot."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, text

from campaigns.bootstrap import Services
from campaigns.control.report.network import Network, network
from campaigns.control.report.questions import QuestionFigures, question_figures
from campaigns.control.report.snapshot import snapshot
from campaigns.control.report.spread import Came, channels, inviters
from campaigns.control.report.timeline import Timeline, timeline
from campaigns.control.report.visits import Device, Returns, devices, returns
from campaigns.db.models import Activity, Run
from campaigns.domain.activity import ActivityKind
from campaigns.domain.errors import NotFound
from campaigns.domain.rush_rules import RushRules

HEADS = text("""
SELECT count(*) AS joined, count(g.fan_id) AS played FROM run_fan f
  LEFT JOIN (SELECT DISTINCT a.fan_id FROM answer a JOIN round r ON r.id = a.round_id WHERE r.run_id = :run) g
    ON g.fan_id = f.fan_id
 WHERE f.run_id = :run AND f.kicked_at IS NULL
""")


@dataclass(frozen=True, slots=True)
class Report:
    """`joined` people, of whom `played` have answered something; those who were removed are in neither."""

    rules: RushRules
    joined: int
    played: int
    answers: int
    flagged: int
    timeline: Timeline | None
    questions: list[QuestionFigures]
    channels: list[Came]
    inviters: list[Came]
    network: Network | None
    devices: list[Device]
    returns: Returns | None

    @property
    def share(self) -> float | None:
        """Right of all answers that were judged."""
        judged = [each for each in self.questions if not each.voided and not each.warm_up]
        answered = sum(each.answered for each in judged)
        return sum(each.right for each in judged) / answered if answered else None


def report(services: Services, run_id: int) -> Report:
    """Raises NotFound, also for a season of a quiz."""
    rush = select(Run.campaign_id, Run.rules).join(Activity, Activity.id == Run.activity_id)
    with snapshot(services) as sql:
        run = sql.execute(rush.where(Run.id == run_id, Activity.kind == ActivityKind.RUSH)).one_or_none()
        if run is None:
            raise NotFound(f"rush's run {run_id}")
        heads, rules = sql.execute(HEADS, {"run": run_id}).one(), RushRules.from_dict(run.rules)
        questions, met = question_figures(sql, run_id), network(sql, run_id, rules.cap_ms)
        return Report(
            rules=rules,
            joined=heads.joined,
            played=heads.played,
            answers=met.answers if met else 0,
            flagged=sum(each.flagged for each in questions),
            timeline=timeline(sql, run_id),
            questions=questions,
            channels=channels(sql, run_id, run.campaign_id),
            inviters=inviters(sql, run_id, run.campaign_id),
            network=met,
            devices=devices(sql, run_id),
            returns=returns(sql, run_id),
        )
