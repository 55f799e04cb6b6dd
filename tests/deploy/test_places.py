"""Started as root below a 0700 home: PostgreSQL's account cannot walk there, so its things go where it can."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy import places, postgres_binaries
from deploy.errors import DeployError
from deploy.places import Account, account_for, private_directory, reachable
from deploy.postgres import PostgresServer
from deploy.up import place_of_postgres

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")


def test_a_path_is_reachable_only_if_every_step_of_it_is(folder: Path) -> None:
    inner = folder / "home" / "fanfare"
    inner.mkdir(parents=True)
    stranger = Account("stranger", 54321, 54321)
    assert reachable(inner, stranger)
    inner.parent.chmod(0o700)
    assert not reachable(inner, stranger)
    assert reachable(inner, None)


@as_root
def test_data_below_a_private_home_goes_to_a_second_place_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch, grown: Callable[[Path], PostgresServer]
) -> None:
    monkeypatch.setattr(places, "SECOND_PLACE", folder / "second")
    var = folder / "home" / "var"
    var.mkdir(parents=True)
    var.parent.chmod(0o700)
    said: list[str] = []
    place = place_of_postgres(var, said.append)
    assert place.is_relative_to(folder / "second")
    assert len(said) == 1
    assert str(place) in said[0]
    assert place_of_postgres(var, said.append) == place, "the same at every start"
    grown(place)
    with PostgresServer(place, log=var / "postgres.log") as server:
        assert server.pid is not None


@as_root
def test_binaries_below_a_private_home_are_copied_once_to_where_they_can_be_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = postgres_binaries.installed()
    assert installed is not None
    home = folder / "home"
    shutil.copytree(installed, home / postgres_binaries.WHEEL / installed.name)
    (home / postgres_binaries.WHEEL / "__init__.py").touch()
    libraries = installed.parent.parent / f"{postgres_binaries.WHEEL}.libs"
    shutil.copytree(libraries, home / libraries.name)
    home.chmod(0o700)
    monkeypatch.setattr(places, "SECOND_PLACE", folder / "second")
    monkeypatch.syspath_prepend(str(home))
    with PostgresServer(folder / "pg") as server:
        assert server.program.argv[0].startswith(str(folder / "second"))
        first = Path(server.program.argv[0]).stat()
    assert Path(PostgresServer(folder / "pg").program.argv[0]).stat() == first


@as_root
def test_a_folder_that_cannot_be_reached_is_refused_by_name(folder: Path) -> None:
    home = folder / "home"
    home.mkdir(mode=0o700)
    with pytest.raises(DeployError, match="cannot reach"):
        PostgresServer(home / "pg")


@as_root
def test_the_owner_of_the_data_stays_its_owner(folder: Path) -> None:
    nobody = Account("nobody", 65534, 65534)
    private_directory(folder / "pg", nobody)
    found = account_for(folder / "pg")
    assert found is not None
    assert found.uid == nobody.uid


def test_a_link_in_place_of_a_private_directory_is_refused(folder: Path) -> None:
    (folder / "elsewhere").mkdir()
    (folder / "pg").symlink_to(folder / "elsewhere")
    with pytest.raises(DeployError, match="move it away"):
        private_directory(folder / "pg", None)
