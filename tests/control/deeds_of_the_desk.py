"""Deeds with warm-ups, with fans' names, and with remote controls."""

from __future__ import annotations

from campaigns.control import naming, warm_ups
from campaigns.control.going_back import press_back
from campaigns.domain.actor import operator_id
from campaigns.identity.remotes import invite, revoke_remotes
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


def _on_the_board(show: Show) -> None:
    show.play({show.fan("小明"): ("b", 900)})
    show.next()


def _revoke(show: Show, doer: str) -> None:
    invite(show.services, show.run_id, operator_id(doer) or 0)
    revoke_remotes(show.services, show.run_id, doer)


at_the_desk("going_back.press_back", lambda s, by: press_back(s.services, s.run_id, s.run().seq, by), _on_the_board)
at_the_desk("remotes.invite", lambda show, by: invite(show.services, show.run_id, operator_id(by) or 0))
at_the_desk("remotes.revoke_remotes", _revoke)
at_the_desk("naming.rename", _rename)
at_the_desk("naming.hide_name", _hide_name)
at_the_desk("warm_ups.warm_up_typed", _warm_up)
at_the_desk("warm_ups.warm_up_from_bank", _warm_up_from_bank)
