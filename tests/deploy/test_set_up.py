"""A house that was not set up does not start half."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.errors import DeployError
from deploy.up import refuse_unbuilt


def test_without_catalogs_or_bundles_it_says_what_is_missing_and_what_makes_it(tmp_path: Path) -> None:
    catalog, bundles = tmp_path / "translations/zh_Hans_CN/LC_MESSAGES", tmp_path / "static/dist"
    catalog.mkdir(parents=True)
    bundles.mkdir(parents=True)
    (catalog / "messages.po").touch()
    with pytest.raises(DeployError, match=r"messages\.mo, static/dist/manifest\.json missing\. `make run`"):
        refuse_unbuilt(tmp_path)
    (catalog / "messages.mo").touch()
    with pytest.raises(DeployError, match="manifest"):
        refuse_unbuilt(tmp_path)
    (bundles / "manifest.json").touch()
    refuse_unbuilt(tmp_path)
