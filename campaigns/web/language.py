"""Which language a page speaks: ?lang= (and remembered), else the cookie, else the browser's wish, else Chinese.

A preview has its language in its path (`spoken`): two of them stand beside each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, has_request_context, request
from flask_babel import Babel, gettext
from flask_babel import format_datetime as babel_datetime

Language = Literal["zh", "en"]
COOKIE = "lang"
ZONE = "Asia/Shanghai"  # of times on fans' pages; operators see their campaign's own zone
YEAR_S = 365 * 24 * 3600
LOCALES: dict[Language, str] = {"zh": "zh_Hans_CN", "en": "en"}
TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en"}


def say(sentence: str, **values: object) -> str:
    """The sentence in the page's language, %(name)s filled in. Imported as `_`, by which Babel collects."""
    return str(gettext(sentence, **values))


def language() -> Language:
    if not has_request_context():
        return "zh"
    for wish in ((request.view_args or {}).get("spoken"), request.args.get("lang"), request.cookies.get(COOKIE)):
        if wish in LOCALES:
            return "en" if wish == "en" else "zh"
    # The browser's list in its own order: the first of ours that it names. (A region does not matter: zh-TW reads zh.)
    for tag, _ in request.accept_languages:
        short = tag.lower().split("-")[0]
        if short in LOCALES:
            return "en" if short == "en" else "zh"
    return "zh"


def pick(words: Mapping[str, str] | None) -> str:
    """The text in the page's language, else in the other."""
    if not words:
        return ""
    mine, other = ("zh", "en") if language() == "zh" else ("en", "zh")
    return words.get(mine) or words.get(other) or ""


def set_up(app: Flask, folder: str) -> None:
    Babel(
        app,
        default_locale=LOCALES["zh"],
        default_translation_directories=folder,
        default_timezone=ZONE,
        locale_selector=lambda: LOCALES[language()],
    )
    app.jinja_env.globals.update(pick=pick, format_datetime=babel_datetime)
    app.context_processor(_of_the_page)
    app.after_request(_remember)


def _of_the_page() -> dict[str, Any]:
    spoken = language()
    other = "en" if spoken == "zh" else "zh"
    return {"lang": spoken, "lang_tag": TAGS[spoken], "other_lang": other, "language_switch_url": _switch_url(other)}


def _switch_url(other: str) -> str:
    """This page in the other language. What only answers a POST has no address: then the page the form stood on."""
    kept = [(name, value) for name, values in request.args.lists() for value in values if name != "lang"]
    rule = request.url_rule
    path = "" if rule is None or "GET" in (rule.methods or ()) else _form_page()
    return f"{path}?{urlencode([*kept, ('lang', other)])}"


def _form_page() -> str:
    before = urlsplit(request.referrer or "")
    return before.path if before.netloc == request.host and before.path.startswith("/") else "/"


def _remember(response: Response) -> Response:
    wish = request.args.get("lang")
    if wish in LOCALES and request.cookies.get(COOKIE) != wish:
        response.set_cookie(COOKIE, str(wish), max_age=YEAR_S, samesite="Lax", httponly=True, secure=request.is_secure)
    return response
