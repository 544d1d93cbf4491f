"""``firasa segments``: list, apply, recompute, explain."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from service.catalog.loader import load_segments, read_file
from service.cli.base import FirasaGroup, emit, json_option, note, progress, runtime, table
from service.operations import models, profiles
from service.operations import segments as operations
from service.operations.context import Context


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
    found = operations.listing(runtime().context(actor="cli"))
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
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--take-back", is_flag=True, help="Also replace segments that are edited in the admin.")
@json_option
def apply(file: Path, take_back: bool, as_json: bool) -> None:
    """Save the segments of a YAML FILE; changed ones become new versions.

    \b
    firasa segments apply quizzes/segments.yaml

    The worker then looks at every customer again; `firasa segments recompute` does it at once. A paused segment stays
    paused: it is resumed in the admin.
    """
    documents = load_segments(*read_file(file))
    applied = operations.apply(runtime().context(actor="cli"), documents, take_back=take_back)
    rows = [asdict(one) for one in applied]
    shown: list[list[object]] = [[one.id, one.version, one.change, one.status] for one in applied]
    emit({"segments": rows}, as_json, lambda: table("Applied", ["id", "version", "change", "status"], shown))


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
    running.forget()

    def new_context() -> Context:
        ctx: Context = running.context(actor="cli")
        return ctx

    with progress("Looking at customers") as step:
        done = profiles.recompute(new_context, step)
    emit({"customers": done}, as_json, lambda: note(f"Looked at {done} customers."))
