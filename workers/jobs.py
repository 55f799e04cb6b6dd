"""Jobs: ids in, one use case called. What they need is bound once by the root (`bind`), never rebuilt per job."""

from __future__ import annotations

from campaigns.bootstrap import Services
from campaigns.control import bank_import
from campaigns.settle import awards, rounds

_bound: list[Services] = []


def bind(services: Services) -> None:
    """Called by workers/__main__.py before the first job."""
    _bound[:] = [services]


def settle_round(round_id: int) -> bool:
    return rounds.settle_round(_bound[0], round_id)


def award_badges(run_id: int) -> bool:
    return awards.award_badges(_bound[0], run_id)


def read_import(import_id: int) -> bool:
    return bank_import.read_import(_bound[0], import_id)


def store_import(import_id: int) -> bool:
    return bank_import.store_import(_bound[0], import_id)
