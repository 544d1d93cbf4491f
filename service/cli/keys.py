"""``firasa keys``: API keys for programs."""

from __future__ import annotations

import click

from service.cli.base import FirasaGroup, emit, json_option, note, runtime, table
from service.domain.users import SCOPES
from service.operations import users as operations
from service.operations.context import Context


@click.group(cls=FirasaGroup)
def keys() -> None:
    """API keys for the shop and for scripts. Each is shown once, when it is made."""


@keys.command()
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(SCOPES),
    help="What it may do; repeat for several.",
)
@click.option("--name", default="", help="Which program it is for.")
@json_option
def create(scopes: tuple[str, ...], name: str, as_json: bool) -> None:
    """Make an API key and print it; it cannot be shown again.

    \b
    firasa keys create --scope orders:write --name "Shop server"
    """
    made = operations.create_key(_context(), name, scopes)

    def show() -> None:
        note("This key is shown only now:")
        click.echo(made.secret)

    emit({"id": made.id, "key": made.secret, "scopes": list(scopes)}, as_json, show)


@keys.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Show all API keys, without the keys themselves.

    \b
    firasa keys list
    """
    found = operations.keys(_context())
    rows = [
        {"id": one.id, "name": one.name, "scopes": list(one.scopes), "revoked": one.revoked_at is not None}
        for one in found
    ]
    shown: list[list[object]] = [
        [one.id, one.name, " ".join(one.scopes), "revoked" if one.revoked_at else ""] for one in found
    ]
    emit({"keys": rows}, as_json, lambda: table("API keys", ["id", "name", "scopes", ""], shown))


@keys.command()
@click.argument("key_id", metavar="ID", type=int)
def revoke(key_id: int) -> None:
    """Revoke the API key with number ID; what uses it is refused at once.

    \b
    firasa keys revoke 3
    """
    operations.revoke_key(_context(), key_id)
    note(f"Key {key_id} is revoked.")


def _context() -> Context:
    found: Context = runtime().context(actor="cli")
    return found
