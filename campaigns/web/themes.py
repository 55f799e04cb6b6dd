"""A campaign's theme as pages wear it: a stylesheet of custom properties, a logo, whether its screens sound.

A stylesheet of our own address needs no hole in the policy (no inline style, no nonce), loads beside the page's own in the
same round trip, and is kept for ever, because its address names its content. It says what tokens.css says, after it. Phones
and screens wear all of it; a run desk (calm, dense) its brand colour only, and all of it in its small picture of the screen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, make_response, url_for
from werkzeug.wrappers import Response

from campaigns.control.themes import logo_of, theme_of
from campaigns.domain.colour import Colour
from campaigns.domain.errors import NotFound
from campaigns.domain.theme import DARK, LIGHT, Backdrop, Palette, Theme, palette
from campaigns.web.access import Role, requires
from campaigns.web.edge import services
from campaigns.web.headers import SANDBOXED

KEPT = "public, max-age=31536000, immutable"
GLARE = 0.55
EVERYWHERE = ("brand", "brand_ink", "brand_text", "brand_wash")
GROUNDS = ("ground", "raised", "sunk", "line", "line_strong")
BACKDROPS = {
    Backdrop.PLAIN: "none",
    Backdrop.GLOW: "radial-gradient(120% 80% at 50% 120%,var(--glow),transparent 70%)",
    Backdrop.GATES: "radial-gradient(120% 62% at 50% 118%,transparent 30%,var(--ground)),"  # not behind what is read
    "repeating-radial-gradient(circle at 50% 118%,transparent 0 9vmin,var(--glow) 9vmin 9.6vmin)",
}
themes = Blueprint("themes", __name__)


@dataclass(frozen=True, slots=True)
class Dress:
    """What a page's frame needs: addresses, and whether screens sound."""

    sheet: str
    logo: str | None
    sounds: bool


@themes.get("/theme/<int:campaign_id>/<digest>.css")
@requires(Role.ANYONE)
def sheet(campaign_id: int, digest: str) -> Response:
    theme = theme_of(services(), campaign_id)
    if theme is None:
        raise NotFound(f"theme {campaign_id}")
    text = sheet_of(theme)
    response = make_response(text)
    response.headers["Content-Type"] = "text/css; charset=utf-8"
    if digest == digest_of(text):  # an older address gets what is worn now, and nobody keeps it as what it was
        response.headers["Cache-Control"] = KEPT
    return response


@themes.get("/theme/<int:campaign_id>/logo-<int:media_id>")
@requires(Role.ANYONE)
def logo(campaign_id: int, media_id: int) -> Response:
    found = logo_of(services(), campaign_id, media_id)
    if found is None:
        raise NotFound(f"logo {media_id}")
    response = make_response(found.data)
    response.headers["Content-Type"] = found.content_type
    response.headers["Content-Security-Policy"] = SANDBOXED
    response.headers["Cache-Control"] = KEPT
    return response


def dressed(campaign_id: int) -> Dress | None:
    """None: the house's own look."""
    theme = theme_of(services(), campaign_id)
    return None if theme is None else dress(campaign_id, theme)


def dress(campaign_id: int, theme: Theme | Mapping[str, Any] | None) -> Dress | None:
    """The same from what a row said."""
    if theme is None:
        return None
    worn = theme if isinstance(theme, Theme) else Theme.from_dict(theme)
    address = url_for("themes.sheet", campaign_id=campaign_id, digest=digest_of(sheet_of(worn)))
    picture = None if worn.logo is None else url_for("themes.logo", campaign_id=campaign_id, media_id=worn.logo)
    return Dress(address, picture, worn.sounds)


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def sheet_of(theme: Theme) -> str:
    """Custom properties after those of static/css/tokens.css; `--light` and `--dark` are its switches."""
    light, dark = palette(theme, LIGHT), palette(theme, DARK)
    brand = [*_both(EVERYWHERE, light, dark), _shine("glow", light, dark, (light.glow, dark.glow))]
    brand.append(_shine("glare", light, dark, (GLARE, GLARE)))
    ground = [] if theme.ground is None else _both(GROUNDS, light, dark)
    ground.append(f"--backdrop:{BACKDROPS[theme.backdrop]}")
    whole = ":root[data-themed],:root[data-themed] [data-ground],.screen[data-ground]"
    return (
        f":root,[data-ground]{{{';'.join(brand)}}}\n{whole}{{{';'.join(ground)}}}\n"
        ":root[data-themed]:not([data-overlay]) body{background:var(--backdrop);background-attachment:fixed}\n"
    )


def properties(side: Palette) -> dict[str, str]:
    """One ground's colours by their property, for a preview that is not saved yet."""
    shown = {_property(name): str(getattr(side, name)) for name in (*EVERYWHERE, *GROUNDS)}
    return shown | {"--glow": _shining(side.brand, side.glow), "--glare": _shining(side.brand, GLARE)}


def _both(names: tuple[str, ...], light: Palette, dark: Palette) -> list[str]:
    return [
        f"{_property(name)}:var(--light,{getattr(light, name)}) var(--dark,{getattr(dark, name)})" for name in names
    ]


def _shine(name: str, light: Palette, dark: Palette, shares: tuple[float, float]) -> str:
    by_day, at_night = (_shining(side.brand, share) for side, share in zip((light, dark), shares, strict=True))
    return f"--{name}:var(--light,{by_day}) var(--dark,{at_night})"


def _shining(colour: Colour, share: float) -> str:
    return f"rgb({colour.red} {colour.green} {colour.blue} / {share:.1%})"


def _property(name: str) -> str:
    return f"--{name.replace('_', '-')}"
