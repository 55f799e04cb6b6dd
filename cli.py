"""Fanfare's commands. Each is a few lines: settings in, one function called, its refusal in clear words."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import click

from campaigns.domain.errors import FanfareError
from config import Settings


@contextlib.contextmanager
def clear_words() -> Iterator[None]:
    """What we expected to go wrong is a sentence and exit status 1, not a traceback."""
    try:
        yield
    except FanfareError as error:
        raise click.ClickException(str(error)) from error


@click.group()
def main() -> None:
    """Fanfare: participation campaigns, self-hosted."""


@main.command()
def up() -> None:
    """Start everything on this machine and print the links."""
    from deploy.supervisor import say
    from deploy.up import up as run

    with clear_words():
        run(Settings.from_environ(os.environ), os.environ, say)


@main.command(hidden=True)
def prepare() -> None:
    """Migrate, make the demo, mint an operator link (a part of `up`)."""
    from deploy.prepare import prepare as run

    with clear_words():
        run(Settings.from_environ(os.environ).complete())


if __name__ == "__main__":
    main()
