"""Pages of operators: campaigns, the editor of rushes and questions, import, preview, runs."""

from __future__ import annotations

from campaigns.web.operators import bank, bank_files, campaigns, importing, preview, questions, runs, rushes
from campaigns.web.operators.blueprint import UPLOADS, operators

__all__ = [
    "UPLOADS",
    "bank",
    "bank_files",
    "campaigns",
    "importing",
    "operators",
    "preview",
    "questions",
    "runs",
    "rushes",
]
