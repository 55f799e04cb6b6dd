"""Deeds with warm-ups and with fans' names."""

from __future__ import annotations

from campaigns.control import naming, warm_ups
from tests.control.deeds import at_the_desk, coming
from tests.show import Show


def _rename(show: Show, doer: str) -> None:
    naming.rename(show.services, show.run_id, show.public(show.fan("小明")), "小亮", doer)


def _hide_name(show: Show, doer: str) -> None:
    naming.hide_name(show.services, show.run_id, show.public(show.fan("小明")), doer, hidden=True)


def _warm_up(show: Show, doer: str) -> None:
    line = warm_ups.typed("热吗？", ["热", "不热"], 0)
    warm_ups.warm_up_typed(show.services, show.run_id, coming(show), line, doer)


def _warm_up_from_bank(show: Show, doer: str) -> None:
    question = warm_ups.stock(show.services, show.run_id)[0]
    warm_ups.warm_up_from_bank(show.services, show.run_id, coming(show), int(question.id), doer)


at_the_desk("naming.rename", _rename)
at_the_desk("naming.hide_name", _hide_name)
at_the_desk("warm_ups.warm_up_typed", _warm_up)
at_the_desk("warm_ups.warm_up_from_bank", _warm_up_from_bank)
