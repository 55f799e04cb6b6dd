"""Which pictures docs/pictures holds: `<face>-<moment>-<language>`. tests/docs holds the folder to this list."""

from __future__ import annotations

LANGUAGES = ("zh", "en")
MOMENTS = {
    "fan": ("join", "lobby", "open", "recorded", "reveal", "estimate", "final", "me"),
    "display": ("pairing", "lobby", "open", "reveal", "board", "podium"),
    "desk": ("rush", "open"),
}
NAMES = tuple(
    f"{face}-{moment}-{lang}" for face, moments in MOMENTS.items() for moment in moments for lang in LANGUAGES
)
MOST_BYTES = 250_000
