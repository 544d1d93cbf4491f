"""``firasa links``: signed links that say who is coming, for emails, thank-you pages and the shop's own server."""

from __future__ import annotations

import csv
import os
import sys
from contextlib import nullcontext
from pathlib import Path

import click

from service.cli.base import FirasaGroup, emit, json_option, runtime
from service.domain import links as domain
from service.domain.cells import guarded
from service.operations import links as operations
from service.operations.links import Address

_QUIZ = click.option("--quiz", required=True, help="Id of the quiz that the link opens.")
_ANSWER = click.option("--answer", default="", metavar="ITEM:VALUE", help="The answer the link brings along.")
_LANG = click.option("--lang", default="", help="Language of the page.")
_DAYS = click.option("--days", default=30, show_default=True, type=click.IntRange(1, 3650), help="Valid for so long.")


@click.group(cls=FirasaGroup)
def links() -> None:
    """Signed links. They need SECRET_KEY to be set: without it nobody would believe them after a restart."""


@links.command()
@json_option
def key(as_json: bool) -> None:
    """Print the key with which the shop's own server signs tokens. Whoever has it can speak as any customer.

    \b
    firasa links key
    """
    found = _key()
    emit({"key": found}, as_json, lambda: click.echo(found))


@links.command()
@click.argument("subject")
@_QUIZ
@_ANSWER
@_LANG
@_DAYS
@json_option
def make(subject: str, quiz: str, answer: str, lang: str, days: int, as_json: bool) -> None:
    """Make one link, for c_42, shop:SOURCE:ID, order:SOURCE:ID or email:ADDRESS.

    \b
    firasa links make c_42 --quiz after-purchase --answer recommend:9
    firasa links make order:shopify:450789469 --quiz after-purchase
    """
    token = operations.make(runtime().context(actor="cli"), domain.parse_subject(subject), days, _key())
    link = Address(_base(), quiz, answer, lang).with_token(token)
    emit({"link": link, "token": token}, as_json, lambda: click.echo(link))


@links.command()
@_QUIZ
@_ANSWER
@_LANG
@_DAYS
@click.option("--segment", help="Only members of this segment.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; stdout unless given.")
def export(quiz: str, answer: str, lang: str, days: int, segment: str | None, output: Path | None) -> None:
    """Write a link for every customer who may be written to, as CSV for a profile field of an email tool.

    \b
    firasa links export --quiz after-purchase --days 60 --output links.csv
    """
    to = Address(_base(), quiz, answer, lang)
    rows = operations.export(runtime().context(actor="cli"), to, days, _key(), segment)
    target = output.open("w", encoding="utf-8", newline="") if output else nullcontext(sys.stdout)
    with target as file:
        writer = csv.writer(file)
        writer.writerow(("customer", "email", "link"))
        writer.writerows([guarded(cell) for cell in row] for row in rows)


def _key() -> str:
    if not (os.environ.get("SECRET_KEY") or os.environ.get("SECRET_KEY_FILE")):
        raise click.UsageError("set SECRET_KEY first, the same as for `firasa serve`: it signs the links")
    return domain.key(runtime().config.secret_key)


def _base() -> str:
    found: str = runtime().config.public_url
    if not found:
        raise click.UsageError("set PUBLIC_URL first, for example https://firasa.example.com: links begin with it")
    return found.rstrip("/")
