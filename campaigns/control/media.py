"""Pictures of questions: PNG, JPEG, WebP and SVG up to 512 kB, told by their bytes, never by their name.

An SVG is a program's file: one that could run or load anything is refused here, and whatever slips through is served
under a sandbox (campaigns/web/headers.py). Rejected: cleaning an SVG (what is left is guesswork), an image library.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from xml.etree import ElementTree

from sqlalchemy import Connection, select
from sqlalchemy.dialects.postgresql import insert

from campaigns.bootstrap import Services
from campaigns.db.models import Media
from campaigns.domain.errors import BadInput

MAX_BYTES = 512 * 1024
WANTED = "a PNG, JPEG, WebP or SVG picture of at most 512 kB"
WANTED_SVG = "an SVG that only draws: no scripts, no links, no foreign content"
SVG = "image/svg+xml"
DRAWS = frozenset(
    "svg g defs symbol use path rect circle ellipse line polyline polygon text tspan title desc style linearGradient "
    "radialGradient stop clipPath mask pattern marker filter feGaussianBlur feOffset feMerge feMergeNode feFlood "
    "feComposite feBlend feColorMatrix metadata".split()
)


@dataclass(frozen=True, slots=True)
class Picture:
    content_type: str
    data: bytes


def checked(data: bytes, name: str = "picture") -> Picture:
    """Raises BadInput."""
    if not 0 < len(data) <= MAX_BYTES:
        raise BadInput("picture", f"{name}: {len(data)} bytes", WANTED)
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Picture("image/png", data)
    if data.startswith(b"\xff\xd8\xff"):
        return Picture("image/jpeg", data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Picture("image/webp", data)
    if b"<svg" in data[:4096]:
        _check_svg(data, name)
        return Picture(SVG, data)
    raise BadInput("picture", name, WANTED)


def _check_svg(data: bytes, name: str) -> None:
    # Before any parsing: entities can blow up a parser.
    if re.search(rb"<!(doctype|entity)", data, re.IGNORECASE) or b"\0" in data:
        raise BadInput("picture", name, WANTED_SVG)
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError):
        raise BadInput("picture", name, WANTED_SVG) from None
    for element in root.iter():
        if element.tag.split("}")[-1] not in DRAWS or _reaches_out(element):
            raise BadInput("picture", name, WANTED_SVG)


def _reaches_out(element: ElementTree.Element) -> bool:
    for attribute, value in element.attrib.items():
        local = attribute.split("}")[-1].lower()
        if local.startswith("on") or (local == "href" and not value.startswith("#")) or _loads(value):
            return True
    return element.tag.split("}")[-1] == "style" and _loads(element.text or "")


def _loads(text: str) -> bool:
    return bool(re.search(r"@import|javascript:|url\(\s*['\"]?\s*(?!#)[^)\s]", text, re.IGNORECASE))


def store(sql: Connection, campaign_id: int, picture: Picture) -> int:
    """The id of this picture in the campaign; the same bytes are stored once."""
    digest = hashlib.sha256(picture.data).digest()
    values = {"campaign_id": campaign_id, "sha256": digest, "content_type": picture.content_type, "data": picture.data}
    sql.execute(insert(Media).values(values).on_conflict_do_nothing(index_elements=["campaign_id", "sha256"]))
    same = select(Media.id).where(Media.campaign_id == campaign_id, Media.sha256 == digest)
    return sql.execute(same).scalar_one()


def picture_of(services: Services, media_id: int) -> Picture | None:
    """For operators, who may see every picture at any time."""
    with services.sql.connect() as sql:
        row = sql.execute(select(Media.content_type, Media.data).where(Media.id == media_id)).one_or_none()
    return Picture(row.content_type, row.data) if row is not None else None
