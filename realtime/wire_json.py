"""JSON as it goes over the wire: a Chinese character in its three bytes, not in the six of an escape, and no spaces.

msgspec writes it, eight times as fast as the standard library and dataclasses as they are. Half a surrogate pair has no UTF-8;
a page may send one and be quoted in a refusal. Such a text goes out escaped. Given to Socket.IO in place of the module `json`.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

loads = json.loads
JSONDecodeError = json.JSONDecodeError
_encode = msgspec.json.Encoder().encode


def dumps(data: Any, **_: Any) -> str:
    try:
        return _encode(data).decode()
    except UnicodeEncodeError:
        return json.dumps(msgspec.to_builtins(data), ensure_ascii=True, separators=(",", ":"))
