"""``firasa orders``: import a shop's orders, and sum purchases up anew."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from service.cli.base import FirasaGroup, emit, fail, json_option, note, progress, runtime
from service.domain.money import Money, exponent, to_json, to_text
from service.sources.presets import PRESETS, Preset, find_preset

if TYPE_CHECKING:
    from service.operations.imports import CheckedFile, FileSummary, OrderImport, Outcomes
    from service.sources.csv_files import OrderFile

SHOWN = 20
_SOURCE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")


@click.group(cls=FirasaGroup)
def orders() -> None:
    """The purchase history."""


@orders.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--preset", type=click.Choice(PRESETS), default="generic", show_default=True, help="Whose file it is.")
@click.option("--map", "mapped", metavar="FIELD=COLUMN", multiple=True, help="Take a field from this column.")
@click.option("--currency", metavar="CODE", help="Currency of the amounts, for example SAR.")
@click.option("--timezone", metavar="ZONE", help="Zone of dates without one, for example Asia/Riyadh.")
@click.option("--date-format", metavar="FORMAT", help="How dates are written, for example '%d/%m/%Y %H:%M'.")
@click.option("--encoding", default="utf-8", show_default=True, help="Encoding of the file.")
@click.option("--source", metavar="NAME", help="Name of the shop whose ids these are; the preset's unless given.")
@click.option("--dry-run", is_flag=True, help="Say what would happen and write nothing.")
@click.option(
    "--skip-bad", type=click.Path(dir_okay=False, path_type=Path), help="Write refused rows to this file and go on."
)
@json_option
def import_(file: Path, preset: str, mapped: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Import orders from a CSV FILE, plain or gzipped.

    \b
    firasa orders import orders_export.csv --preset shopify --timezone Asia/Riyadh
    firasa orders import sales.csv.gz --currency SAR --map order_id=Invoice --map amount="Grand total"
    firasa orders import sales.csv --currency SAR --dry-run
    firasa orders import sales.csv --currency SAR --skip-bad refused.csv

    The whole file is checked first: with a bad row nothing is written and each reason is shown, unless --skip-bad is
    given. Importing twice changes nothing, and an import that was stopped is simply run again. docs/orders.md has the
    columns of each preset and says which orders count.
    """
    from service.operations import imports
    from service.store.staging import Staging

    skip_bad: Path | None = options["skip_bad"]
    if skip_bad is not None and skip_bad.resolve() == file.resolve():
        raise click.BadParameter("the refused rows must not go into the file itself", param_hint="--skip-bad")
    if skip_bad is not None and not os.access(skip_bad.resolve().parent, os.W_OK):
        raise click.BadParameter(f"{skip_bad.parent} is no folder that can be written to", param_hint="--skip-bad")
    wanted = _wanted(file, preset, mapped, options)
    with Staging() as staging:
        with progress(f"Checking {file.name}", wanted.file.size) as step:
            checked = imports.check_file(wanted, staging, step, shown=SHOWN)
        answer = _answer(wanted, checked)
        if not checked.is_clean and skip_bad is None:
            _refuse(wanted, checked, {**answer, "written": False}, as_json)
        if options["dry_run"]:
            outcomes = imports.preview(_context(), wanted, staging)
        else:
            if skip_bad is not None:
                answer["refused"]["rows"] = imports.write_rejects(wanted, staging, skip_bad)
                answer["refused"]["file"] = str(skip_bad)
            outcomes = _record(wanted, staging, options["timezone"], checked.summary)
    answer |= {"written": not options["dry_run"], "recorded": _recorded(outcomes)}
    emit(answer, as_json, lambda: _tell(answer, checked, outcomes, wanted.currency))


@orders.command()
@json_option
def rebuild(as_json: bool) -> None:
    """Sum every customer's purchases up anew from their orders.

    \b
    firasa orders rebuild

    Purchases are kept up to date order by order, so this changes nothing unless `firasa db check` found them wrong.
    """
    from service.operations.orders import rebuild_purchases

    wrong = rebuild_purchases(_context())
    told = f"{wrong} customers had wrong sums; they are right now" if wrong else "all sums were right"
    emit({"corrected": wrong}, as_json, lambda: click.echo(told))


# what is wanted ----------------------------------------------------------------------------------------------------


def _wanted(path: Path, preset_name: str, mapped: Sequence[str], options: Mapping[str, Any]) -> OrderImport:
    from service.operations.imports import OrderImport
    from service.sources.columns import ColumnsError
    from service.sources.csv_files import OrderFile
    from service.sources.values import Dates

    preset = find_preset(preset_name)
    try:
        "".encode(options["encoding"])
    except LookupError:
        raise click.BadParameter(f"there is no encoding {options['encoding']!r}", param_hint="--encoding") from None
    try:
        file = OrderFile(path, preset, _mapping(mapped), options["encoding"])
    except ColumnsError as error:
        raise click.UsageError(str(error)) from None
    source = options["source"] or preset.source
    if not _SOURCE.fullmatch(source):
        raise click.BadParameter("lower-case letters, digits, dots and dashes, at most 40", param_hint="--source")
    zone = _timezone(options["timezone"]) or preset.timezone or _context().shop.timezone
    return OrderImport(
        file=file,
        source=source,
        currency=_currency(options["currency"], preset, file),
        dates=Dates(ZoneInfo(zone), _context().now, options["date_format"]),
    )


def _mapping(mapped: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in mapped:
        name, equals, column = one.partition("=")
        if not equals or not name.strip() or not column.strip():
            raise click.BadParameter(f"{one!r} is not FIELD=COLUMN", param_hint="--map")
        found[name.strip()] = column.strip()
    return found


def _currency(option: str | None, preset: Preset, file: OrderFile) -> str:
    """The shop's currency, which the file's must be; the first import says it."""
    from service.store import orders as stored

    given = option or preset.currency or file.first_value("currency")
    if given is not None:
        try:
            exponent(given)
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--currency") from None
    shops = _kept("currency")
    if given is None and shops is None:
        raise click.UsageError(
            "the file does not say its currency and the shop has none yet; say it with --currency SAR (or another code)"
        )
    if given is not None and shops is not None and given != shops:
        fail(
            f"the file is in {given}, but this shop counts in {shops}: import a file with amounts in {shops}, or keep"
            f" the {given} orders in a Firasa of their own (another DATABASE_URL with SHOP_CURRENCY={given})"
        )
    currency = shops or given or ""
    other = stored.other_currency(_context().db, currency)
    if other is not None:
        fail(f"there are orders in {other} already, and amounts in {currency} cannot be added to them")
    return currency


def _timezone(option: str | None) -> str | None:
    if option is None:
        return None
    try:
        return ZoneInfo(option).key
    except (KeyError, ValueError, OSError):
        message = f"there is no time zone {option!r}; write one such as Asia/Riyadh"
        raise click.BadParameter(message, param_hint="--timezone") from None


def _kept(name: str) -> str | None:
    """The shop's currency or time zone, ``None`` while neither the environment nor an import has said it."""
    from service.store import settings

    config = runtime().config
    set_there: str | None = config.shop_currency if name == "currency" else config.shop_timezone
    return set_there or settings.read(_context().db).get(f"shop.{name}")


def _context() -> Any:
    return runtime().context(actor="cli")


# what is done ------------------------------------------------------------------------------------------------------


def _record(wanted: OrderImport, staging: Any, timezone: str | None, summary: FileSummary) -> Outcomes:
    from service.operations import imports, profiles
    from service.operations.orders import adopt_shop

    adopt_shop(
        _context(),
        currency=None if _kept("currency") else wanted.currency,
        timezone=None if _kept("timezone") else timezone or wanted.file.preset.timezone,
    )
    runtime().forget()
    with progress("Recording orders", summary.orders + summary.refund_documents) as step:
        outcomes = imports.record_file(_context, wanted, staging, step)
    with progress("Refreshing profiles", profiles.count_due(_context())) as step:
        imports.bring_up_to_date(_context, step)
    return outcomes


def _refuse(wanted: OrderImport, checked: CheckedFile, answer: dict[str, Any], as_json: bool) -> None:
    """Show why the file is refused, and end."""
    for one in checked.refusals:
        where = f"{one.column} {one.value!r}: " if one.column else f"order {one.value!r}: " if one.value else ""
        note(f"line {one.line}: {where}{one.reason}")
    total = sum(checked.reasons.values())
    if total > len(checked.refusals):
        note(f"… and {total - len(checked.refusals)} more. All by reason:")
        for reason, times in checked.reasons.items():
            note(f"{times:>8} × {reason}")
    if as_json:
        emit(answer, True)
    fail(
        f"{wanted.file.path.name} is refused and nothing was written: {total} problems in"
        f" {checked.refused_orders} orders; mend the file, or leave these orders out with --skip-bad FILE"
    )


# what is said ------------------------------------------------------------------------------------------------------


def _answer(wanted: OrderImport, checked: CheckedFile) -> dict[str, Any]:
    summary = checked.summary
    return {
        "file": wanted.file.path.name,
        "preset": wanted.file.preset.name,
        "source": wanted.source,
        "orders": summary.orders,
        "refund_documents": summary.refund_documents,
        "guest_documents": summary.guest_documents,
        "without_price": summary.without_price,
        "lines": summary.lines,
        "net_revenue": to_json(Money(summary.net_revenue, wanted.currency)),
        "first_at": _iso(summary.first_at),
        "last_at": _iso(summary.last_at),
        "refused": {
            "orders": checked.refused_orders,
            "reasons": checked.reasons,
            "first": [
                {"line": one.line, "column": one.column, "value": one.value, "reason": one.reason}
                for one in checked.refusals
            ],
        },
    }


def _recorded(outcomes: Outcomes) -> dict[str, int]:
    return {
        **{name: outcomes.counts[name] for name in ("created", "updated", "unchanged")},
        "new_customers": outcomes.new_customers,
    }


def _tell(answer: dict[str, Any], checked: CheckedFile, outcomes: Outcomes, currency: str) -> None:
    summary, recorded = checked.summary, answer["recorded"]
    revenue = f"{to_text(Money(summary.net_revenue, currency))} {currency}"
    click.echo(
        f"{answer['file']}: {summary.orders} orders and {summary.refund_documents} refund documents"
        f" ({summary.guest_documents} by guests) with {summary.lines} lines; net revenue {revenue}"
    )
    if answer["written"]:
        click.echo(
            f"{recorded['created']} new, {recorded['updated']} changed, {recorded['unchanged']} as they were;"
            f" {recorded['new_customers']} new customers"
        )
    else:
        click.echo(
            f"Nothing was written. It would be {recorded['created']} new, {recorded['updated']} changed,"
            f" {recorded['unchanged']} as they are"
        )
    if not checked.is_clean:
        click.echo(f"{checked.refused_orders} orders were left out; see {answer['refused'].get('file', '--skip-bad')}")


def _iso(instant: int | None) -> str | None:
    return None if instant is None else datetime.fromtimestamp(instant // 1_000_000, UTC).isoformat()
