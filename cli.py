"""Fanfare's commands. Each is a few lines: settings in, one function called, its refusal in clear words.

The commands for a house that runs (`operator`, `import`, `backup`, `rebuild`, `recompute`, `ledger`) learn its addresses from
`DATABASE_URL` and `REDIS_URL`, else from the `up` that runs on the same VAR_DIR. Imports stand inside the commands: `up`
must be quick, and needs little.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from campaigns.domain.errors import FanfareError
from config import Settings

if TYPE_CHECKING:
    from campaigns.bootstrap import Services
    from campaigns.control.bank_report import Import
    from campaigns.control.media import Picture
    from campaigns.domain.question_import import ImportProblem


@contextlib.contextmanager
def clear_words() -> Iterator[None]:
    """What we expected to go wrong is a sentence and exit status 1, not a traceback."""
    try:
        yield
    except FanfareError as error:
        raise click.ClickException(str(error)) from error


@contextlib.contextmanager
def beside() -> Iterator[tuple[Services, Settings]]:
    """The services of the house that runs, for one command; what is out of reach is said in a sentence."""
    from redis import RedisError
    from sqlalchemy.exc import OperationalError

    from campaigns.bootstrap import build_services
    from deploy.running import beside_running

    with clear_words():
        settings = Settings.from_environ(beside_running(os.environ)).complete()
        services = build_services(settings, pool_size=1)
        try:
            yield services, settings
        except OperationalError as error:
            raise click.ClickException(f"the database does not answer: {error.orig}") from error
        except RedisError as error:
            raise click.ClickException(f"Redis does not answer: {error}") from error
        finally:
            services.sql.dispose()
            for client in (services.live, services.bus, services.queue.connection):
                client.close()


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
@click.argument("held", nargs=-1)
def prepare(held: tuple[str, ...]) -> None:
    """Migrate, make the demo, mint an operator link (a part of `up`); `held`: when told to (deploy/hold.py)."""
    from deploy.prepare import prepare as run

    with clear_words():
        run(Settings.from_environ(os.environ).complete(), held)


@main.command()
@click.argument("name", default="operator")
def operator(name: str) -> None:
    """Print a fresh login link for operator NAME, made if there is none: one use, 15 minutes."""
    from campaigns.domain.errors import BadInput
    from campaigns.identity.operators import LONGEST_NAME, mint_login_link
    from deploy.links import base_url, lan_address, login_link

    with beside() as (services, settings):
        if not 0 < len(name.strip()) <= LONGEST_NAME:
            raise BadInput("NAME", name, f"1 to {LONGEST_NAME} characters")
        base = base_url(settings.public_url, settings.host, settings.port, lan_address())
        click.echo(login_link(base, mint_login_link(services, name.strip())))


@main.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--rush", "rush_id", type=int, help="Into this rush: all questions, or none and every reason.")
@click.option("--bank", "campaign_id", type=int, help="Into the bank of this campaign: what is accepted, and a report.")
@click.option("--reviewed", is_flag=True, help="With --bank: ready to be played. Otherwise they arrive as drafts.")
@click.option("--source", default="", help="With --bank: for questions that name none themselves.")
def import_questions(file: Path, rush_id: int | None, campaign_id: int | None, reviewed: bool, source: str) -> None:
    """Bring in the questions of FILE, in any format of docs/import.md. The numbers are those in the pages' addresses."""
    from campaigns.control.file_import import images_in, take_in
    from campaigns.domain.bank import BankState
    from campaigns.domain.importing.encoding import MAX_BYTES
    from campaigns.domain.question_import import ImportRefused

    if (rush_id is None) == (campaign_id is None):
        raise click.UsageError("say where to: --rush NUMBER or --bank NUMBER")
    with file.open("rb") as opened:
        data = opened.read(MAX_BYTES + 1)
    with beside() as (services, _):
        try:
            if rush_id is not None:
                return into_rush(services, rush_id, file, data)
            pictures = pictures_beside(file, images_in(data, file.name), missing_ok=True)
        except ImportRefused as refused:
            click.echo(table(refused.errors), err=True)
            raise click.ClickException(
                f"nothing was imported: {len(refused.errors)} to correct in {file.name}"
            ) from refused
        arriving = BankState.REVIEWED if reviewed else BankState.DRAFT
        assert campaign_id is not None
        say_report(services, campaign_id, take_in(services, campaign_id, file.name, data, arriving, source, pictures))


def into_rush(services: Services, rush_id: int, file: Path, data: bytes) -> None:
    """Raises ImportRefused."""
    from campaigns.control.definitions import Edit, rush
    from campaigns.control.file_import import questions_in
    from campaigns.control.questions import add_questions

    version = rush(services, rush_id).version
    questions = questions_in(data, file.name)
    pictures = pictures_beside(file, [question.image for question in questions if question.image])
    if add_questions(services, rush_id, version, questions, pictures) is Edit.STALE:
        raise click.ClickException("somebody else changed this rush just now; nothing was imported: try again")
    click.echo(f"{len(questions)} questions came into rush {rush_id}")


def say_report(services: Services, campaign_id: int, told: Import) -> None:
    """What was refused or remarked, row by row; then the sums. Exit status 1 when nothing came in."""
    from campaigns.control.bank_report import lines

    problems = (*told.problems, *(each for line in lines(services, told.id, most=None) for each in line.problems))
    if problems:
        click.echo(table(problems), err=True)
    counts = told.counts
    if not counts.get("stored"):
        raise click.ClickException("nothing was imported")
    sums = f"{counts.get('warning', 0)} of them with a remark, {counts.get('one_language', 0)} in one language only, "
    sums += f"{counts.get('refused', 0)} refused"
    click.echo(f"{counts['stored']} questions came into the bank of campaign {campaign_id}; {sums}")


def pictures_beside(file: Path, names: list[str], *, missing_ok: bool = False) -> dict[str, Picture]:
    """The pictures that the questions name, read relative to the file they stand in. Raises BadInput."""
    from campaigns.control.media import MAX_BYTES, checked
    from campaigns.control.questions import file_name
    from campaigns.domain.errors import BadInput

    found = {}
    for name in dict.fromkeys(names):
        try:
            with (file.parent / name).open("rb") as picture:
                found[file_name(name)] = checked(picture.read(MAX_BYTES + 1), name)
        except OSError as error:
            if missing_ok:
                continue
            raise BadInput("image", name, f"a picture beside {file.name} ({error.strerror})") from error
    return found


def table(problems: tuple[ImportProblem, ...]) -> str:
    """A line a problem, aligned under a header."""
    rows = [("row", "column", "wanted", "got")]
    rows += [(str(p.row or "file"), p.column, p.wanted, repr(p.value)) for p in problems]
    row_width, column_width, wanted_width = (max(len(row[n]) for row in rows) for n in range(3))
    return "\n".join(f"{r[0]:>{row_width}}  {r[1]:<{column_width}}  {r[2]:<{wanted_width}}  {r[3]}" for r in rows)


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
def backup(file: Path | None) -> None:
    """Write everything into one FILE, while the house runs (by default into VAR_DIR/backups)."""
    from campaigns.control.backups import Made, note_backup
    from deploy.backup import back_up, default_file

    with beside() as (services, settings):
        var, at = Path(settings.var_dir), services.now().at
        told = back_up(settings.database_url, settings.secret_key, var, file or default_file(var, at), at)
        note_backup(services, Made(told.taken_at, told.bytes, told.file.name), bytes.fromhex(told.sha256))
    click.echo(f"{told.file}: {told.bytes:,} bytes, everything committed by {told.taken_at:%Y-%m-%d %H:%M:%S} UTC")
    click.echo("Keep it like a password: whoever has it has every key and every name. Copy it to another machine.")
    if not told.keeps_secret:
        click.echo("SECRET_KEY is yours and not in it: receipts verify with the same one only, keep it too.")
    if settings.handover_secrets:
        click.echo("HANDOVER_SECRETS are not in it: keep them too.")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Also into a database that holds something: it is lost then.")
def restore(file: Path, replace: bool) -> None:
    """Read a backup back, into the empty database of DATABASE_URL or of VAR_DIR. The house must not run."""
    from deploy.restore import restore as read_back

    with clear_words():
        settings = Settings.from_environ(os.environ)
        var = Path(settings.var_dir).resolve()
        told = read_back(settings.database_url, settings.secret_key, var, file, replace=replace, say=click.echo)
    click.echo(f"{file.name} is restored: everything committed by {told.about.taken_at[:19].replace('T', ' ')} UTC")
    if not told.same_key:
        words = "has no SECRET_KEY yet" if told.same_key is None else "has another SECRET_KEY"
        click.echo(f"This house {words}: receipts of the backup verify only with the one they were signed with.")
    click.echo(
        "Start the house; then `cli.py ledger` and `cli.py recompute CODE` prove it, `cli.py rebuild` makes boards."
    )


@main.command()
def rebuild() -> None:
    """Write the boards of all unfinished runs into Redis anew, from the record."""
    from campaigns.settle.rebuild import rebuild_boards

    with beside() as (services, _):
        services.live.ping()  # a board that cannot be written is only logged: here it must be said
        click.echo(f"{rebuild_boards(services)} boards rebuilt")


@main.command()
@click.argument("run_code")
def recompute(run_code: str) -> None:
    """Judge the run RUN_CODE again from its answers (add up a quiz's results again) and compare.

    Exit status 1 and every difference if there is one.
    """
    from campaigns.domain.activity import ActivityKind
    from campaigns.domain.errors import NotFound
    from campaigns.play.join import find_run
    from campaigns.settle.quiz.again import compare_quiz
    from campaigns.settle.rebuild import recompute as judge_again

    with beside() as (services, _):
        run = find_run(services, run_code)
        if run is None:
            raise NotFound(f"no run has the code {run_code}")
        if run.kind is ActivityKind.QUIZ:
            compared = compare_quiz(services, run.id)
            said = f"{run.code}: {compared.boards} boards with {compared.rows} rows computed again"
            report(said, compared.differences)
            return
        again = judge_again(services, run.id)
        report(f"{run.code}: {again.rounds} rounds, {again.scores} scores judged again", again.differences)


@main.command()
def ledger() -> None:
    """Walk the ledger's hash chain and compare every balance with its entries; exit status 1 if something is wrong."""
    from campaigns.settle.rebuild import check_ledger

    with beside() as (services, _):
        report("the ledger was walked from its first batch to its last", check_ledger(services))


def report(done: str, differences: list[str]) -> None:
    for difference in differences:
        click.echo(difference)
    if differences:
        raise click.ClickException(f"{done}: {len(differences)} differences")
    click.echo(f"{done}: all equal")


if __name__ == "__main__":
    main()
