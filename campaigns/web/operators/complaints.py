"""What was wanted, in the operator's language. The domain says it in English; the sentences stand here once more.

A sentence with %(name)s in it matches any value there. One that is missing here shows in English: still clear, and the
test of the import's messages counts it. Rejected: codes instead of sentences in the domain (two lists to keep in step).
"""

from __future__ import annotations

import re
from functools import cache

from flask_babel import gettext

from campaigns.domain.errors import BadInput


def N_(sentence: str) -> str:
    return sentence


WANTED = (
    N_("some text"),
    N_("some text, as in the other language"),
    N_("at most %(n)s characters (this has %(m)s)"),
    N_("at most %(n)s characters"),
    N_("text without control characters or broken Unicode"),
    N_("single, multiple, truefalse, estimate or buzzer"),
    N_("a number such as 189 or 7.5"),
    N_("a whole number: %(range)s"),
    N_("a whole number from %(low)s to %(high)s"),
    N_("yes or no (empty is no)"),
    N_("a relative file name ending in svg, png, jpg, webp or avif, such as outlines/mi-10.svg"),
    N_("at most 10 tags of at most 30 characters"),
    N_("nothing: an estimate has no choices"),
    N_("nothing: a buzzer question has no choices"),
    N_("%(n)s to %(m)s choices"),
    N_("%(n)s to %(m)s choices with ids of their own"),
    N_("some text: choices are filled from a on, without gaps"),
    N_("nothing: true/false brings its own choices, 对/True and 错/False"),
    N_("a choice that differs from choice %(other)s"),
    N_("choices that differ (%(language)s)"),
    N_("nothing: only an estimate has this"),
    N_("a number: an estimate, sealed or not, needs low, high and margin"),
    N_("a number above low (%(low)s)"),
    N_("a number above 0"),
    N_("a number between low and high (%(low)s to %(high)s)"),
    N_("two numbers, low below high"),
    N_("nothing: a sealed question has no key until the stage announces it"),
    N_("a number: a sealed estimate states its margin beforehand"),
    N_("the key; only a sealed question (sealed = yes) comes without"),
    N_("some of %(choices)s"),
    N_("exactly one of %(choices)s"),
    N_("one of %(choices)s"),
    N_("0, 1000 or 2000"),
    N_("a number"),
    N_("a finite number"),
    N_("at most %(bytes)s bytes"),
    N_("at least one question"),
    N_("at most %(n)s questions in one file"),
    N_("at most %(n)s pictures"),
    N_("a picture of this name, sent along with the file or in the bank already: the question comes in without one"),
    N_("plain text (save the sheet as CSV UTF-8)"),
    N_("UTF-8 (or GB18030) text"),
    N_("a header row of column names"),
    N_("cells with closed quotes, quotes inside doubled, at most 131,072 characters"),
    N_("a column of this name in the header row"),
    N_("a column of docs/import.md (own remarks go under note)"),
    N_("a field of docs/import.md (own remarks go under note)"),
    N_("each column once"),
    N_("nothing: the header names no such column"),
    N_("JSON (%(problem)s)"),
    N_("JSON as docs/import.md shows it"),
    N_("JSON with plain numbers and each field once"),
    N_("an object with kind, text, key, …"),
    N_("a list of questions"),
    N_("a text"),
    N_("a list of texts"),
    N_("a number, without quotes"),
    N_("true or false, without quotes"),
    N_("id and text, nothing else"),
    N_("choices with ids of %(choices)s, each once"),
    N_('a list of choice ids, {"value": 189, "margin": 10} for an estimate, null when sealed'),
    N_("a PNG, JPEG, WebP or SVG picture of at most 512 kB"),
    N_("an SVG that only draws: no scripts, no links, no foreign content"),
    N_("the name of a time zone such as Asia/Shanghai"),
    N_("a number from 0 to 1000 with at most 3 decimals"),
    N_("a date and a time"),
    N_("a time that exists: the clocks are put forward over this one"),
    N_("a time that has not passed"),
    N_("a time within the next two years"),
    N_("at least one question before the rush can be run"),
    N_("a rush that is reviewed as it stands: only then it may open by itself"),
    N_("parts such as FREQ=WEEKLY with semicolons between, not %(part)s"),
    N_("only %(parts)s, not %(part)s"),
    N_("each part once, %(part)s too"),
    N_("FREQ=DAILY|WEEKLY|MONTHLY|YEARLY"),
    N_("%(part)s with FREQ=MONTHLY or YEARLY only"),
    N_("%(part)s as a whole number from %(low)s to %(high)s"),
    N_("BYMONTH as numbers from 1 to 12 with commas between"),
    N_("UNTIL as a day such as 20271231, or 20271231T235959"),
    N_("an end by UNTIL or by COUNT, not both"),
    N_("a rule that RFC 5545 knows (%(problem)s)"),
    N_("a rule that happens at least once within the next two years"),
    N_("a rule whose times are at least 30 minutes apart"),
    N_("a first day no more than a year ago"),
    N_("at most %(n)s repetitions at a time"),
    N_("at most reading_max_ms (%(longest)s)"),
    N_("a choice"),
    N_("a list of %(low)s to %(high)s levels"),
    N_("a list of 1 to %(n)s pools"),
    N_("1 to %(n)s questions in all their mixes"),
    N_("some text, at most %(n)s characters"),
    N_("a list of at most %(n)s tags"),
    N_("tags of %(low)s to %(n)s characters"),
    N_("at most %(n)s: no level score is higher"),
    N_("a closing after the opening"),
    N_("at most %(n)s waves"),
    N_("at most %(n)s prizes"),
    N_("a wave after the one before it"),
    N_("a wave before the opening for all"),
    N_("at most %(n)s channels"),
    N_("a channel or a badge"),
    N_("a badge there is"),
    N_("each badge in one wave only"),
    N_("each channel in one wave only"),
    N_("channels of %(low)s to %(n)s characters, as they stand in their links"),
    N_("a reason of %(low)s to %(n)s characters"),
    N_("a name of %(low)s to %(n)s characters"),
    N_("a name that no other cohort of this run has"),
    N_("at most %(n)s cohorts"),
    N_("a delay from %(low)s to %(n)s ms"),
    # what imports want beyond the columns of our own template
    N_("a question that is not in this file already (row %(n)s)"),
    N_("other words than those of row %(n)s, unless it is meant as another question"),
    N_("a question that is not in the bank already (question %(n)s)"),
    N_("other words than those of question %(n)s in the bank, unless it is meant as another question"),
    N_("text or a number, not a formula (in CSV, ' before it makes it text)"),
    N_("a column kind: without it one letter in the key is single choice, several are multiple"),
    N_("a file with questions: the file is empty"),
    N_("at most %(n)s characters, %(m)s of them escaped"),
    N_("at most %(rows)s rows, empty ones included"),
    N_("at most %(rows)s rows and %(columns)s columns, empty ones included"),
    N_("at most %(n)s columns"),
    N_("lines of at most %(n)s characters"),
    N_("plain text"),
    N_("a .xlsx, .csv, .json, .txt or .gift file whose content is what its name says"),
    N_("a workbook saved as .xlsx without a password"),
    N_("a workbook that Excel or WPS saved as .xlsx"),
    N_("a workbook without macros and other programs in it"),
    N_("a workbook without document types and entities"),
    N_("at most %(bytes)s bytes when unpacked"),
    N_("a file that can be read in two seconds and 640 MB"),
    N_("a file that can be read in less memory"),
    N_("numbers of filled answers with commas between, such as 2 or 1,3"),
    N_("the fields question, correct_answer and incorrect_answers, all of them texts"),
    N_("a line that begins with #Q"),
    N_("the right answer, on a line that begins with ^"),
    N_("an answer that stands among the choices"),
    N_("UTF-8: read as Windows-1252, look at the accents"),
    N_("an answer in braces: {=right ~wrong}, {T} or {#42:1}"),
    N_("the comment as Fanfare wrote it, or none"),
    N_("choices: an essay cannot be asked"),
    N_("choices: pairs to match cannot be asked"),
    N_("choices: a typed answer cannot be asked"),
    N_("a choice with = before it, or weights above 0"),
    N_("a number: {#42}, {#42:1} or {#41..43}"),
    N_("ends of the slider of your own: GIFT has none, these are only a guess"),
)
HOLE = re.compile(r"%\((\w+)\)s")


@cache
def _shapes() -> tuple[tuple[re.Pattern[str], str], ...]:
    """The sentences as patterns, those with the fewest holes first."""
    return tuple((_pattern(sentence), sentence) for sentence in sorted(WANTED, key=lambda text: text.count("%(")))


def _pattern(sentence: str) -> re.Pattern[str]:
    parts = HOLE.split(sentence)  # text, name, text, name, …
    return re.compile("".join(f"(?P<{part}>.+)" if n % 2 else re.escape(part) for n, part in enumerate(parts)), re.S)


def known(wanted: str) -> bool:
    return any(shape.fullmatch(wanted) for shape, _ in _shapes())


def in_words(wanted: str) -> str:
    """'a whole number from 3 to 240' → the same in the page's language."""
    for shape, sentence in _shapes():
        if match := shape.fullmatch(wanted):
            return str(gettext(sentence, **match.groupdict()))
    return wanted


def complaint(refused: BadInput) -> str:
    """For beside the field."""
    return str(gettext("Wanted: %(wanted)s.", wanted=in_words(refused.wanted)))
