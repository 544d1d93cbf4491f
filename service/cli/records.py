"""``firasa customers import``, ``firasa contact import`` and ``firasa places import``: files of what is known beside
orders."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

import click

from service.cli.base import FirasaGroup, emit, fail, json_option, note, progress, runtime

if TYPE_CHECKING:
    from service.operations.context import Context
    from service.sources.record_files import BadLine

T = TypeVar("T")

SHOWN = 20
_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_ENCODING = click.option("--encoding", default="utf-8", show_default=True, help="Encoding of the file.")
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Check the file and write nothing.")


@click.group(cls=FirasaGroup)
def contact() -> None:
    """What your email tool knows: who received, opened and clicked."""


@click.group(cls=FirasaGroup)
def places() -> None:
    """Where postal codes lie, for conditions such as "within 25 km of a shop"."""


@click.command("import")
@_FILE
@click.option("--source", default="file", show_default=True, metavar="NAME", help="Whose customer ids these are.")
@_ENCODING
@_DRY_RUN
@json_option
def import_customers(file: Path, source: str, encoding: str, dry_run: bool, as_json: bool) -> None:
    """Import customers from a CSV FILE with names, places and fields of your own.

    Columns: id, email or phone (one of them at least), first_name, last_name, language, country, region, city,
    postal_code, and attribute.<name> or attribute.<name>:<type> with the type text, number, date or list (parts
    between |).

    \b
    firasa customers import customers.csv --source shopify
    firasa customers import customers.csv --dry-run

    The whole file is checked first: with a bad line nothing is written. What is empty stays as it is. Consent is never
    touched. Importing twice changes nothing.
    """
    from service.operations import records
    from service.operations.records import CustomerRecord
    from service.sources.record_files import CustomerFile

    wanted = CustomerFile(file, encoding)
    types = wanted.types(records.attribute_types(_context()))
    total = _checked(lambda refuse: wanted.lines(types, refuse), file, as_json)
    counts = dict.fromkeys(("created", "updated", "unchanged"), 0)
    known = records.attribute_types(_context())

    def pages() -> Iterator[list[CustomerRecord]]:
        lines = wanted.lines(types, _refuse_nothing)
        return _pages(
            (CustomerRecord(source, one.buyer, one.postal_code, one.attributes) for one in lines), records.MOST
        )

    for page in pages() if types else ():
        records.check_customers(_context(), page, known)
    if not dry_run:
        with progress("Recording customers", total) as step:
            for page in pages():
                for done in records.record_customers(_context(), page):
                    counts[done.outcome] += 1
                step(len(page))
    answer = {"customers": total, "written": not dry_run, **counts, "attributes": types}
    emit(answer, as_json, lambda: _tell_customers(answer))


@contact.command("import")
@_FILE
@click.option("--source", default="file", show_default=True, metavar="NAME", help="Which tool tells it.")
@click.option("--shop", default="file", show_default=True, metavar="NAME", help="Whose customer ids these are.")
@click.option("--timezone", metavar="ZONE", help="Zone of times without one; the shop's unless given.")
@click.option("--date-format", metavar="FORMAT", help="How times are written, for example '%d/%m/%Y %H:%M'.")
@_ENCODING
@_DRY_RUN
@json_option
def import_contact(file: Path, dry_run: bool, as_json: bool, **options: Any) -> None:
    """Import contact events from a CSV FILE with the columns customer, kind and at.

    A customer is an email, a phone in international form or a shop's id (or columns email, phone, id); a kind is
    received, opened or clicked. Events about people nobody knows are counted and passed over.

    \b
    firasa contact import events.csv --source klaviyo
    firasa contact import events.csv --dry-run

    The whole file is checked first: with a bad line nothing is written. Importing twice changes nothing. It says
    nothing about consent.
    """
    from service.operations import contacts
    from service.operations.contacts import KINDS, Heard, Told
    from service.sources.record_files import contact_lines
    from service.sources.values import Dates

    ctx = _context()
    try:
        zone = ZoneInfo(options["timezone"] or ctx.shop.timezone)
    except (KeyError, ValueError):
        raise click.BadParameter(f"{options['timezone']!r} is no time zone", param_hint="--timezone") from None
    dates = Dates(zone, ctx.now, options["date_format"])

    def lines(refuse: Callable[[BadLine], None]) -> Iterator[Any]:
        return contact_lines(file, dates, KINDS, refuse, options["encoding"])

    total = _checked(lines, file, as_json)
    heard = Heard()
    if not dry_run:
        told = (Told(one.who, one.kind, one.at, options["source"], options["shop"]) for one in lines(_refuse_nothing))
        with progress("Recording events", total) as step:
            for page in _pages(told, contacts.MOST):
                heard = heard.plus(contacts.record(_context(), page))
                step(len(page))
    answer = {
        "events": total,
        "written": not dry_run,
        "new": heard.new,
        "known": heard.known,
        "unmatched": heard.unmatched,
    }
    emit(answer, as_json, lambda: _tell_events(answer))


@places.command("import")
@_FILE
@_ENCODING
@_DRY_RUN
@json_option
def import_places(file: Path, encoding: str, dry_run: bool, as_json: bool) -> None:
    """Import where postal codes lie, from a CSV FILE with country, postal_code, lat and lon.

    A file as GeoNames publishes it (SA.txt, twelve columns between tabs) is taken as it is.

    \b
    firasa places import places.csv
    firasa places import SA.txt

    Customers with such a postal code get their place at once; those who come later get it as they come.
    """
    from service.operations import records
    from service.sources.record_files import place_lines

    total = _checked(lambda refuse: place_lines(file, refuse, encoding), file, as_json)
    moved = 0
    if not dry_run:
        with progress("Recording places", total) as step:
            moved = records.import_places(_context, place_lines(file, _refuse_nothing, encoding), step)
    answer = {"places": total, "written": not dry_run, "customers": moved}
    emit(answer, as_json, lambda: note(_told_places(answer)))


def _checked(lines: Callable[[Callable[[BadLine], None]], Iterator[Any]], file: Path, as_json: bool) -> int:
    """Read a whole file; how many lines it has. With a bad one the command ends."""
    bad: list[BadLine] = []
    with progress(f"Checking {file.name}") as step:
        total = 0
        for _ in lines(bad.append):
            total += 1
            step(1)
    if bad:
        shown = [{"line": one.line, "column": one.column, "reason": one.reason} for one in bad[:SHOWN]]
        if as_json:
            emit({"written": False, "refused": {"lines": len(bad), "first": shown}}, as_json)
        for one in bad[:SHOWN]:
            note(f"line {one.line}{f', {one.column}' if one.column else ''}: {one.reason}")
        fail(f"{len(bad)} of {total + len(bad)} lines cannot be taken; nothing was written")
    return total


def _refuse_nothing(bad: BadLine) -> None:
    fail(f"line {bad.line}: {bad.reason}; the file has changed while it was read")


def _pages(rows: Iterator[T], size: int) -> Iterator[list[T]]:
    while page := list(islice(rows, size)):
        yield page


def _context() -> Context:
    ctx: Context = runtime().context(actor="cli")
    return ctx


def _tell_customers(answer: dict[str, Any]) -> None:
    if not answer["written"]:
        note(f"{answer['customers']} customers can be taken. Nothing was written.")
        return
    note(
        f"{answer['created']} customers are new, {answer['updated']} have changed, {answer['unchanged']} are as they"
        " were."
    )


def _tell_events(answer: dict[str, Any]) -> None:
    if not answer["written"]:
        note(f"{answer['events']} events can be taken. Nothing was written.")
        return
    note(f"{answer['new']} events are new, {answer['known']} were known.")
    if answer["unmatched"]:
        note(f"{answer['unmatched']} are about people nobody knows, and were passed over.")


def _told_places(answer: dict[str, Any]) -> str:
    if not answer["written"]:
        return f"{answer['places']} places can be taken. Nothing was written."
    return f"{answer['places']} places are known; {answer['customers']} customers have moved by that."
