"""Pages of operators: campaigns, the editors of rushes, questions and quizzes, import, preview, runs."""

from __future__ import annotations

from campaigns.web.operators import (
    audit,
    bank,
    bank_files,
    calendar,
    campaigns,
    checklist,
    copying,
    crew,
    importing,
    preview,
    proposals,
    questions,
    quiz_preview,
    quiz_seasons,
    quizzes,
    repeating,
    report,
    runs,
    rushes,
    season_hours,
    themes,
)
from campaigns.web.operators.blueprint import UPLOADS, operators

__all__ = [
    "UPLOADS",
    "bank",
    "bank_files",
    "audit",
    "calendar",
    "campaigns",
    "checklist",
    "copying",
    "importing",
    "operators",
    "crew",
    "preview",
    "proposals",
    "questions",
    "quiz_preview",
    "quiz_seasons",
    "quizzes",
    "repeating",
    "report",
    "runs",
    "rushes",
    "season_hours",
    "themes",
]
