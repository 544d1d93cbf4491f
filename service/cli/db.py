"""``firasa db``: the schema, its health, and backups."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from service.cli.base import emit, fail, json_option, note, progress, runtime

if TYPE_CHECKING:
    from service.store.backup import Backup
    from service.store.database import Database


@click.group()
def db() -> None:
    """Create, check, back up and restore the database that DATABASE_URL names."""


@db.command()
@json_option
def migrate(as_json: bool) -> None:
    """Bring the database to this release's schema.

    Makes the file first if DATABASE_URL names one that is not there.

    \b
    firasa db migrate
    DATABASE_URL=sqlite:////srv/firasa/firasa.db firasa db migrate

    Run it before each start of a new release. Doing it twice, or from two machines at once, is safe.
    """
    from service.store import migrations

    applied = migrations.migrate(_database())
    emit({"applied": applied}, as_json, lambda: click.echo(_told(applied)))


@db.command()
@json_option
def check(as_json: bool) -> None:
    """Read the whole database and say what is wrong.

    \b
    firasa db check
    firasa db check --json

    Looks at pending migrations, damaged pages, rows that refer to nothing, and whether what is kept per customer
    agrees with the orders and answers it was made from. Exit code 1 if anything is wrong. Web and worker may go on.
    """
    from service.store import integrity

    problems = integrity.problems(_database())
    # What the rows mean can be asked only when they can be read.
    problems = problems or _meaning()
    emit(
        {"ok": not problems, "problems": problems},
        as_json,
        lambda: None if problems else click.echo(f"{_database()} is sound."),
    )
    if problems:
        for problem in problems:
            note(problem)
        fail(f"{_counted(len(problems), 'problem')} found in {_database()}")


@db.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@json_option
def backup(file: Path, as_json: bool) -> None:
    """Write a verified backup to a new FILE.

    Web and worker may go on: the backup is of one moment.

    \b
    firasa db backup firasa-2026-06-01.backup
    firasa db backup "/backups/firasa-$(date +%F).backup"

    A backup is one SQLite file with all tables, of SQLite and PostgreSQL alike, and can be restored into either. It
    holds personal data, so only the user who made it may read it.
    """
    from service.store.backup import back_up

    with progress(f"Backing up to {file.name}", 100) as step:
        made = back_up(_database(), file, progress=_percent(step))
    emit(_described(made), as_json, lambda: click.echo(f"Backed up and verified: {_summed(made)} in {made.path}"))


@db.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what the database holds now.")
@json_option
def restore(file: Path, force: bool, as_json: bool) -> None:
    """Put the backup in FILE into an empty database.

    \b
    firasa db restore firasa-2026-06-01.backup
    firasa db restore firasa-2026-06-01.backup --force

    Stop web and worker first. The file is verified before anything is touched; a backup of an older release is brought
    to this release's schema on the way. All of it is restored, or nothing is changed.
    """
    from service.store.backup import restore as restore_backup

    with progress(f"Restoring {file.name}", 100) as step:
        made = restore_backup(_database(), file, replace=force, progress=_percent(step))
    emit(_described(made), as_json, lambda: click.echo(f"Restored and verified: {_summed(made)} into {_database()}"))


def _database() -> Database:
    database: Database = runtime().db
    return database


def _meaning() -> list[str]:
    """What disagrees between the tables, which only the operations can tell."""
    from service.domain.identities import public_id
    from service.operations import checks, orders

    ctx = runtime().context(actor="cli")
    wrong = [f"{public_id(each)}: its purchases are not the sum of its orders" for each in orders.wrong_purchases(ctx)]
    return wrong + list(checks.disagreements(ctx))


def _percent(step: Callable[[int], None]) -> Callable[[int, int], None]:
    """Steps of a hundredth, from what is done of the total."""
    shown = 0

    def tell(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // total if total else 100
        step(percent - shown)
        shown = percent

    return tell


def _told(applied: list[str]) -> str:
    if not applied:
        return f"{_database()} is up to date."
    return f"{_database()}: applied {', '.join(applied)}."


def _described(made: Backup) -> dict[str, object]:
    return {"file": str(made.path), "bytes": made.size, "rows": made.rows, "tables": made.counts}


def _summed(made: Backup) -> str:
    return f"{made.rows:,} rows of {_counted(len(made.counts), 'table')} ({made.size / 1_000_000:.1f} MB)"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
