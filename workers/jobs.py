"""Jobs: ids in, one use case called. What they need is bound once by the root (`bind`), never rebuilt per job."""

from __future__ import annotations

from campaigns.bootstrap import Services
from campaigns.control import bank_cleaning, bank_import, occurrences
from campaigns.play import devices
from campaigns.settle import awards, plays, rounds
from campaigns.settle.quiz import condense, ending, questions
from campaigns.settle.rehearsal import clearing
from workers import rehearsing

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


def settle_plays(run_id: int = 0) -> bool:
    """One window of everybody's results; `run_id` only says who gave the hint."""
    return plays.settle_plays(_bound[0], run_id)


def end_plays(run_id: int) -> bool:
    return ending.end_plays(_bound[0], run_id)


def condense_plays(run_id: int) -> bool:
    return condense.condense_plays(_bound[0], run_id)


def count_answers(_: int = 0) -> bool:
    return questions.count_answers(_bound[0])


def clean_import(import_id: int) -> bool:
    return bank_cleaning.clean_import(_bound[0], import_id)


def rehearse(run_id: int) -> bool:
    return rehearsing.rehearse(_bound[0], run_id)


def clear_rehearsal(run_id: int) -> bool:
    return clearing.clear_rehearsal(_bound[0], run_id)


def forget_devices(run_id: int) -> bool:
    return devices.forget_devices(_bound[0], run_id)


def make_occurrences(schedule_id: int) -> bool:
    return occurrences.make_occurrences(_bound[0], schedule_id)
