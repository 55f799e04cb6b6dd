"""A house that was not set up does not start half, and is set up with the better Python."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
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


AS_IT_SAYS = """#!{real}
import runpy, sys, sysconfig
sys.executable = {path!r}
sysconfig.get_config_var = {{"CONFIG_ARGS": {built!r}}}.get
if not {whole}: sys.modules["ensurepip"] = None
del sys.argv[0]
if "-c" in sys.argv:
    del sys.argv[:sys.argv.index("-c")]
    exec(sys.argv.pop(1))
else:
    runpy.run_path(sys.argv[0], run_name="__main__")
"""
MAKES_AN_ENVIRONMENT = """
import sys
sys.argv = ["tools/prepare.py"]
sys.path.insert(0, "tools")
import prepare
prepare.make_venv()
"""


def a_python(folder: Path, name: str, *, profiled: bool, whole: bool = True) -> str:
    """This Python under another name, which says otherwise how it was built and whether it can make environments."""
    path = folder / name
    built = "'--with-x' '--enable-optimizations'" if profiled else "'--with-x'"
    path.write_text(AS_IT_SAYS.format(real=sys.executable, path=str(path), built=built, whole=whole))
    path.chmod(0o755)
    return str(path)


def found(folder: Path, *named: str, **env: str) -> str:
    path = f"{folder}:{os.environ['PATH']}"
    done = subprocess.run(["sh", "tools/find-python", *named], env={"PATH": path} | env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_python_that_was_built_with_its_profile_goes_before_the_first_one(tmp_path: Path) -> None:
    slow = a_python(tmp_path, "python3", profiled=False)
    a_python(tmp_path, "python3.13", profiled=True)
    assert found(tmp_path) != slow
    assert found(tmp_path, "python3") == slow  # whoever names one gets it


def test_the_first_python_is_taken_where_it_was_built_so(tmp_path: Path) -> None:
    quick = a_python(tmp_path, "python3", profiled=True)
    a_python(tmp_path, "python3.13", profiled=True)
    assert found(tmp_path) == quick


def test_one_that_cannot_make_environments_is_not_taken_for_its_profile(tmp_path: Path) -> None:
    a_python(tmp_path, "python3", profiled=True, whole=False)
    whole = a_python(tmp_path, "python3.13", profiled=True)
    assert found(tmp_path, "python3 python3.13", NO_APT="1") == whole


def test_one_that_can_make_environments_goes_before_one_that_has_a_profile_and_cannot(tmp_path: Path) -> None:
    a_python(tmp_path, "python3", profiled=True, whole=False)
    whole = a_python(tmp_path, "python3.13", profiled=False)
    assert found(tmp_path, "python3 python3.13", NO_APT="1") == whole


def made_without_apt(folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """What comes of it when a Python that cannot make environments is asked for one, and apt-get is not to be had."""
    shutil.copytree("tools", folder / "tools")
    first = a_python(folder, "python3", profiled=True, whole=False)
    a_python(folder, "python3.13", profiled=True)
    path = {"PATH": f"{folder}:{os.environ['PATH']}", "NO_APT": "1"}
    return subprocess.run(
        [first, "-c", MAKES_AN_ENVIRONMENT], cwd=folder, env=path | env, capture_output=True, text=True
    )


def test_where_apt_cannot_make_a_python_whole_another_goes_on(tmp_path: Path) -> None:
    done = made_without_apt(tmp_path)
    assert "-venv is not to be had; going on with /" in done.stdout
    assert (
        done.stderr.startswith("usage: prepare.py run|") and done.returncode == 2
    )  # it began anew, with nothing to do


def test_whoever_named_a_python_that_is_not_whole_hears_what_it_lacks(tmp_path: Path) -> None:
    done = made_without_apt(tmp_path, PYTHON="python3")
    assert "cannot make virtual environments: install python3." in done.stderr and "going on" not in done.stdout
