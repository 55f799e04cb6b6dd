"""JSON as it goes over the wire: a Chinese character in its three bytes, not in the six of an escape, and no spaces.

Half a surrogate pair has no UTF-8; a page may send one and be quoted in a refusal. Such a text goes out escaped.
Given to Socket.IO in place of the module `json`.
"""

from __future__ import annotations

import json
from typing import Any

loads = json.loads
JSONDecodeError = json.JSONDecodeError


def dumps(data: Any, **asked: Any) -> str:
    text = json.dumps(data, **{**asked, "ensure_ascii": False})
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(data, **{**asked, "ensure_ascii": True})
    return text
