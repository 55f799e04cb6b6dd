"""Bundles by their plain names: asset("fans.js") is the address of the file that tools/build.mjs named by its content.

Read once, like the files that WhiteNoise serves: a rebuild needs a restart. A missing bundle is an error in the log and
an address that answers 404: the page's own words still arrive.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path

log = logging.getLogger("fanfare")
PREFIX = "/static/"


class Assets:
    """`folder` holds the bundles and manifest.json."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        manifest = folder / "manifest.json"
        self._names: dict[str, str] = dict(json.loads(manifest.read_text())) if manifest.exists() else {}

    def __call__(self, name: str) -> str:
        if name not in self._names:
            log.error("no bundle %s in %s: run the set-up again", name, self.folder)
        return PREFIX + self._names.get(name, name)
