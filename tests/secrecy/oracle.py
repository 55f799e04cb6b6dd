"""What must not be told, and the judge who looks for it: canaries in every byte, and twins that may not differ.

A canary is a text that stands nowhere but in the secret. `Twin` normalises what differs between any two runs by a written
list of volatile values; everything else, lengths included, must be the same.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any

from campaigns.domain.question import Choice, ChoiceKey, Kind, Question, ValueKey, validate

VOLATILE = {
    "id": "ids of rows",
    "round": "an id, where it is text",
    "fan": "public ids of fans",
    "code": "the run's code",
    "draw": "the hash of the run's own seed",
    "seed": "the fan's own shuffle",
    "receipt": "signs the arrival",
    "now_ms": "a reading of the clock",
    "opens_ms": "a reading of the clock",
    "closes_ms": "a reading of the clock",
    "reading_until_ms": "a reading of the clock",
    "elapsed_ms": "how fast the test's fan was",
    "lanes": "how fast the fans of a race were",
    "light_ms": "a reading of the clock",
    "until_ms": "a reading of the clock, or how slow the last one of a race was",
    "raw_ms": "how fast the test's fan was",
    "network_ms": "how fast the test's fan was",
    "join_url": "holds the code",
    "qr": "holds the code",
    "image": "the picture's random name",
}


def secret_single(mark: str, right: str = "b", **more: Any) -> Question:
    """A question whose explanation, choice ids and tags are canaries beginning with `mark`."""
    choices = tuple(
        Choice(f"{mark}-id-{name}", {"zh": f"选项 {name}", "en": f"choice {name} of {mark[:2]}"}) for name in "abcd"
    )
    key = None if more.get("sealed") else ChoiceKey(frozenset({f"{mark}-id-{right}"}))
    text = {"zh": f"{mark}-text 哪一款？", "en": f"{mark}-text which one?"}
    told = {"zh": f"{mark}-told 因为", "en": f"{mark}-told because"}
    given = {"explanation": told, "tags": (f"{mark}-tag",), **more}
    return validate(Question(Kind.SINGLE, text, choices, key, **given))


def secret_estimate(mark: str, value: float, margin: float, **more: Any) -> Question:
    text = {"zh": f"{mark}-text 多重？", "en": f"{mark}-text how heavy?"}
    told = {"zh": f"{mark}-told 因为", "en": f"{mark}-told because"}
    grams = {"zh": "克", "en": "g"}
    return validate(
        Question(
            Kind.ESTIMATE, text, (), ValueKey(value, margin), explanation=told, unit=grams, low=100, high=300, **more
        )
    )


def disguises(secret: str) -> set[bytes]:
    """The secret as it is and as an encoding would carry it."""
    raw = secret.encode()
    whole = base64.b64encode(raw).rstrip(b"=")[:-1]  # the last sign depends on what follows
    return {raw, raw[::-1], raw.hex().encode(), whole, raw.lower(), raw.upper(), raw.replace(b"-", b"%2D")}


def leaks(seen: Mapping[str, Iterable[str | bytes]], secrets: Iterable[str]) -> list[str]:
    """Who saw which secret, in words; empty when nobody saw any."""
    wanted = {form: secret for secret in secrets for form in disguises(secret)}
    found = []
    for who, pieces in seen.items():
        for piece in pieces:
            raw = piece.encode() if isinstance(piece, str) else piece
            found += [f"{who} saw {secret}: {raw[:200]!r}" for form, secret in wanted.items() if form in raw]
    return found


def normal(value: Any, name: str = "") -> Any:
    """`value` without what the list above calls volatile."""
    if name in VOLATILE and isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return f"<{name}>"
    if isinstance(value, dict):
        return {key: normal(inner, key) for key, inner in value.items()}
    return [normal(inner, name) for inner in value] if isinstance(value, list) else value


def text_of(packet: Any) -> str:
    return json.dumps(normal(packet), ensure_ascii=False)


def scenes_by_seq(packets: Iterable[tuple[str, Any]]) -> dict[int, str]:
    """seq → the scene packet as a page had it last, normalised. A page may miss a seq, but not see another packet."""
    found = {}
    for event, data in packets:
        scene = data.get("scene") if event == "snapshot" else data if event == "scene" else None
        if isinstance(scene, dict):
            found[scene["seq"]] = text_of(scene)
    return found


def differences(one: Mapping[int, str], other: Mapping[int, str]) -> list[str]:
    """Where two twins were told different things; the newest packet must have reached both."""
    found = [f"{seq}: {one[seq]} ≠ {other[seq]}" for seq in sorted(one.keys() & other.keys()) if one[seq] != other[seq]]
    if max(one) != max(other):
        found.append(f"newest seq {max(one)} ≠ {max(other)}")
    return found
