"""To-scale outlines: front with screen, side view, and a bar of one centimetre; one unit of the viewBox is 1 mm.

Every drawing has the same viewBox, so that a big phone looks big beside a small one on any page. The catalogue does not
know the radius of the corners nor where the screen sits: all bodies get the same proportion of radius and a centred
screen, which is inexact for a phone with a chin, and the same for every choice. Strokes are a grey that reads on dark
and light. Nothing in a file tells whose outline it is.
"""

from __future__ import annotations

from demo.facts import Phone

WIDTH, HEIGHT = 140, 226
FRONT_CENTRE, SIDE_CENTRE = 54, 120
TOP = 8
LETTERS, BASELINE = 24, 218.5  # a choice on a small phone is 90 px high: less could not be read there
CORNER = 0.11  # of the width of the body
LINE, ACCENT = "#8A8F98", "#FF6900"


def draw(phone: Phone) -> str:
    """The SVG file of one phone, well under 3 kB."""
    length, width, thickness = (phone.number(name) for name in ("length_mm", "width_mm", "thickness_mm"))
    lit_width, lit_height = phone.screen_mm
    body_radius = CORNER * width
    top = TOP + (180 - length) / 2
    shapes = (
        _rect(FRONT_CENTRE, top, width, length, body_radius, 0.16),
        _rect(FRONT_CENTRE, top + (length - lit_height) / 2, lit_width, lit_height, body_radius * 0.4, 0.28),
        _rect(SIDE_CENTRE, top, thickness, length, min(thickness * 0.4, 3.5), 0.16),
    )
    left = SIDE_CENTRE - 5
    bar = f'<path d="M{left} 205v10m0-5h10m0-5v10" fill="none" stroke="{ACCENT}" stroke-width="2.4"/>'
    label = f'<text x="{left - 5}" y="{BASELINE}" text-anchor="end" fill="{LINE}">1 cm</text>'
    view = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="{LETTERS}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {view}>'
    return "\n".join((head, *shapes, bar, label, "</svg>", ""))


def _rect(centre: float, top: float, width: float, height: float, radius: float, fill: float) -> str:
    box = f'x="{centre - width / 2:.2f}" y="{top:.2f}" width="{width:.2f}" height="{height:.2f}" rx="{radius:.2f}"'
    return f'<rect {box} fill="{LINE}" fill-opacity="{fill}" stroke="{LINE}" stroke-width="1"/>'
