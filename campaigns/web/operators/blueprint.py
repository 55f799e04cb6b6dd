"""The one blueprint of operators' pages; the modules beside this one hang their views on it."""

from __future__ import annotations

from flask import Blueprint

operators = Blueprint("operators", __name__, url_prefix="/operators")

# Forms that carry files: the only ones that may be larger than create_app allows in general.
UPLOADS = {
    "operators.import_questions": 8 * 1024 * 1024,
    "operators.bank_import": 17 * 1024 * 1024,
    "operators.new_bank_question": 1024 * 1024,
    "operators.bank_question": 1024 * 1024,
    "operators.new_question": 1024 * 1024,
    "operators.edit_question": 1024 * 1024,
    "operators.theme": 1024 * 1024,
    "operators.edit_quiz": 256 * 1024,  # no file, but twelve gates with their stories in two languages
}
