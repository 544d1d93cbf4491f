"""``firasa segments``: list, show, apply, preview, backtest, versions, diff, export, recompute."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import yaml

from service.catalog.loader import load_segments, read_file
from service.cli.base import FirasaGroup, emit, json_option, note, progress, runtime, table
from service.cli.days import DAY
from service.domain.identities import public_id
from service.domain.money import Money, to_json, to_text
from service.operations import models, profiles, recomputes, segment_drafts, segment_history
from service.operations import segments as operations
from service.operations.context import Context

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_ID = click.argument("segment_id", metavar="ID")


@click.group(cls=FirasaGroup)
def segments() -> None:
    """Named conditions over what is known of customers."""


@segments.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Show all segments with their number of members.

    \b
    firasa segments list
    firasa segments list --json
    """
    found = operations.listing(_context())
    rows = [
        {
            "id": one.segment.id,
            "name": dict(one.segment.name.by_lang),
            "tag": one.segment.tag,
            "version": one.segment.version,
            "status": one.segment.status,
            "owner": one.owner,
            "members": one.members,
        }
        for one in found
    ]
    shown = [
        [row["id"], one.segment.name.get("en"), row["members"], row["tag"], row["status"]]
        for row, one in zip(rows, found, strict=True)
    ]
    emit({"segments": rows}, as_json, lambda: table("Segments", ["id", "name", "members", "tag", "status"], shown))


@segments.command()
@_ID
@click.option("--on", type=DAY, metavar="DATE", help="As it was at the end of this day.")
@click.option("--after", type=int, default=0, metavar="NUMBER", help="Go on after this customer, of the page before.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="Members to show.")
@json_option
def show(segment_id: str, on: date | None, after: int, limit: int, as_json: bool) -> None:
    """Show a segment with its members, now or on a past day.

    \b
    firasa segments show whales
    firasa segments show whales --on 2026-05-01
    firasa segments show whales --on 2026-05-01 --after 1042 --json
    """
    ctx = _context()
    if on is not None:
        past = segment_history.members_on(ctx, segment_id, on, after_id=after, limit=limit)
        found, size, members = past.segment, past.size, past.members
    else:
        found = operations.get(ctx, segment_id)
        size, members = operations.members(ctx, segment_id, after_id=after, limit=limit)
    customers = [{"customer_id": public_id(one), "entered_at": _iso(at)} for one, at in members]
    answer = {
        **segment_history.document_of(ctx, segment_id),
        "version": found.version,
        "status": found.status,
        "on": on.isoformat() if on else None,
        "members": size,
        "customers": customers,
    }
    rows: list[list[object]] = [[one["customer_id"], one["entered_at"]] for one in customers]
    title = f"{segment_id}: {size} members" + (f" on {on}" if on else "")
    emit(answer, as_json, lambda: table(title, ["customer", "entered"], rows))


@segments.command()
@_FILE
@click.option("--take-back", is_flag=True, help="Also replace segments that are edited in the admin.")
@click.option("--yes", is_flag=True, help="Save also what moves a great part of the members while tools follow them.")
@click.option("--note", default="", metavar="TEXT", help="Why, kept with the versions.")
@json_option
def apply(file: Path, take_back: bool, yes: bool, note: str, as_json: bool) -> None:
    """Save the segments of a YAML or JSON FILE; changed ones become new versions.

    \b
    firasa segments apply quizzes/segments.yaml
    firasa segments apply mine.json --note "as agreed with Hind" --yes

    The worker then holds every customer against them; `firasa segments recompute` does it at once. A change that moves
    30 % of the members of a segment or more, while a destination is active, is refused without --yes. A paused segment
    stays paused: it is resumed in the admin.
    """
    documents = load_segments(*read_file(file))
    applied = operations.apply(_context(), documents, take_back=take_back, confirmed=yes, note=note)
    rows = [asdict(one) for one in applied]
    shown: list[list[object]] = [[one.id, one.version, one.change, one.status] for one in applied]
    emit({"segments": rows}, as_json, lambda: table("Applied", ["id", "version", "change", "status"], shown))


@segments.command()
@_FILE
@json_option
def preview(file: Path, as_json: bool) -> None:
    """Say what saving the segments of a FILE would do; writes nothing.

    \b
    firasa segments preview mine.yaml
    firasa segments preview mine.yaml --json
    """
    ctx = _context()
    found = [segment_drafts.preview(ctx, one) for one in load_segments(*read_file(file))]
    answer = [_previewed(one, ctx) for one in found]

    def tell() -> None:
        for one in found:
            _tell_preview(one, ctx)

    emit({"segments": answer}, as_json, tell)


@segments.command()
@_FILE
@click.option("--on", type=DAY, metavar="DATE", required=True, help="The day at whose end it is asked.")
@json_option
def backtest(file: Path, on: date, as_json: bool) -> None:
    """Say whom the segments of a FILE would have had on a past day.

    \b
    firasa segments backtest mine.yaml --on 2026-05-01

    It is asked of the facts recorded by then and the orders placed by then.
    """
    ctx = _context()
    found = [segment_history.backtest(ctx, one, on) for one in load_segments(*read_file(file))]
    answer = [
        {"id": one.segment.id, "on": on.isoformat(), "members": one.size, "customers": [*map(public_id, one.members)]}
        for one in found
    ]

    def tell() -> None:
        for one in found:
            click.echo(f"{one.segment.id} would have had {one.size} members on {on}")

    emit({"segments": answer}, as_json, tell)


@segments.command()
@_ID
@json_option
def versions(segment_id: str, as_json: bool) -> None:
    """Show every version of a segment: when it was saved, by whom and why.

    \b
    firasa segments versions whales
    """
    rows = [
        {"version": one.number, "saved_at": _iso(one.saved_at), "saved_as": one.saved_as, "note": one.note}
        for one in segment_history.versions(_context(), segment_id)
    ]
    shown: list[list[object]] = [list(one.values()) for one in rows]
    emit({"versions": rows}, as_json, lambda: table(segment_id, ["version", "saved", "by", "note"], shown))


@segments.command()
@_ID
@click.argument("before", type=int)
@click.argument("after", type=int)
@json_option
def diff(segment_id: str, before: int, after: int, as_json: bool) -> None:
    """Show where the versions BEFORE and AFTER of a segment differ.

    \b
    firasa segments diff whales 1 2
    """
    found = segment_history.diff(_context(), segment_id, before, after)
    shown: list[list[object]] = [[one.path, _plain(one.before), _plain(one.after)] for one in found]
    columns = ["where", f"version {before}", f"version {after}"]
    emit({"differences": [asdict(one) for one in found]}, as_json, lambda: table(segment_id, columns, shown))


@segments.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@json_option
def export(ids: tuple[str, ...], as_json: bool) -> None:
    """Print segments as YAML, or as JSON with --json; `firasa segments apply` takes both.

    \b
    firasa segments export > segments.yaml
    firasa segments export whales promoters --json
    """
    answer = {"segments": segment_history.export(_context(), ids)}
    emit(
        answer,
        as_json,
        lambda: click.echo(yaml.safe_dump(answer, allow_unicode=True, sort_keys=False, width=110), nl=False),
    )


@segments.command()
@json_option
def recompute(as_json: bool) -> None:
    """Fit the population's cut points and look at every customer again.

    \b
    firasa segments recompute

    Works in small pages: shoppers go on answering meanwhile.
    """
    running = runtime()
    models.fit_rfm(running.context(actor="cli"))
    recomputes.fit_cuts(running.context(actor="cli"))
    running.forget()

    def new_context() -> Context:
        ctx: Context = running.context(actor="cli")
        return ctx

    with progress("Holding customers against the definitions") as step:
        found = recomputes.finish(new_context, step)
    with progress("Looking at customers") as step:
        done = profiles.recompute(new_context, step)
    recomputes.sum_up(new_context())
    differing = found.differing if found else 0
    emit({"customers": done, "differing": differing}, as_json, lambda: note(f"Looked at {done} customers."))


# for people ----------------------------------------------------------------------------------------------------------


def _context() -> Context:
    ctx: Context = runtime().context(actor="cli")
    return ctx


def _previewed(one: segment_drafts.Preview, ctx: Context) -> dict[str, Any]:
    return {
        "id": one.segment.id,
        "count": one.reach.count,
        "customers": one.customers,
        "members_now": one.reach.members,
        "would_enter": one.reach.enter,
        "would_leave": one.reach.leave,
        "revenue": to_json(Money(one.reach.revenue, ctx.shop.currency)),
        "revenue_share": None if one.revenue_share is None else round(one.revenue_share, 4),
        "needs_yes": one.huge,
        "overlap": [asdict(each) for each in one.overlap],
        "sample": [{"customer_id": each.public_id, "change": each.change} for each in one.sample],
    }


def _tell_preview(one: segment_drafts.Preview, ctx: Context) -> None:
    reach = one.reach
    share = "" if one.revenue_share is None else f", {one.revenue_share:.1%} of revenue"
    click.echo(f"{one.segment.id}: {reach.count} of {one.customers} customers{share}")
    paid = to_text(Money(reach.revenue, ctx.shop.currency))
    click.echo(f"    {reach.members} members now, {reach.enter} would enter, {reach.leave} would leave; paid {paid}")
    for each in one.overlap[:5]:
        click.echo(f"    {each.share:.0%} are in {each.segment_id} too ({each.customers})")
    if one.huge:
        click.echo("    Tools follow this segment: saving it needs --yes.")


def _plain(value: object) -> str:
    if isinstance(value, list | Mapping):
        return json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def _iso(instant: int) -> str:
    return datetime.fromtimestamp(instant // 1_000_000, UTC).isoformat()
