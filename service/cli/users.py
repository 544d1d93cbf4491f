"""``firasa users``: who may work with Firasa."""

from __future__ import annotations

import secrets
import sys

import click

from service.cli.base import FirasaGroup, emit, json_option, note, runtime, table
from service.domain.users import ROLES
from service.operations import users as operations
from service.operations.context import Context

role_option = click.option(
    "--role", type=click.Choice(ROLES), default="viewer", show_default=True, help="What they may do."
)


@click.group(cls=FirasaGroup)
def users() -> None:
    """People who log in to the admin.

    \b
    viewer    reads everything
    marketer  also edits quizzes, segments and destinations, and retries deliveries
    owner     also decides about people and API keys
    """


@users.command()
@click.argument("email")
@role_option
@click.option("--name", default="", help="What to call them; the part before the @ without it.")
@click.option("--generate", is_flag=True, help="Make a password and print it once, instead of asking for one.")
@json_option
def create(email: str, role: str, name: str, generate: bool, as_json: bool) -> None:
    """Make an account for EMAIL. Asks for a password; makes one where nobody can be asked.

    \b
    firasa users create you@example.com --role owner
    firasa users create sara@example.com --role marketer --generate
    """
    password, made = _password(generate)
    user = operations.create(_context(), email, password, role=role, name=name)
    answer = {"id": user.id, "email": user.email, "role": user.role} | ({"password": password} if made else {})
    emit(answer, as_json, lambda: _welcome(user.email, user.role, password if made else None))


@users.command()
@role_option
@click.option("--url", help="Address of the admin, when PUBLIC_URL is not set.", metavar="URL")
@json_option
def link(role: str, url: str | None, as_json: bool) -> None:
    """Make a one-time link with which one person makes their own account, within three days.

    \b
    firasa users link --role marketer
    """
    found = runtime()
    base = (url or found.config.public_url or f"http://{found.config.host}:{found.config.port}").rstrip("/")
    address = f"{base}/admin/setup/{operations.make_setup_link(_context(), role)}"
    emit({"url": address, "role": role}, as_json, lambda: click.echo(address))


@users.command("list")
@json_option
def list_(as_json: bool) -> None:
    """Show everybody with an account.

    \b
    firasa users list
    """
    found = [
        {"id": one.id, "email": one.email, "name": one.name, "role": one.role, "disabled": one.disabled_at is not None}
        for one in operations.everyone(_context())
    ]
    shown: list[list[object]] = [
        [one["email"], one["name"], one["role"], "disabled" if one["disabled"] else ""] for one in found
    ]
    emit({"users": found}, as_json, lambda: table("Users", ["email", "name", "role", ""], shown))


@users.command()
@click.argument("email")
@click.option("--generate", is_flag=True, help="Make a password and print it once, instead of asking for one.")
@json_option
def password(email: str, generate: bool, as_json: bool) -> None:
    """Give EMAIL a new password; they are logged out everywhere.

    \b
    firasa users password sara@example.com --generate
    """
    ctx = _context()
    user = operations.find(ctx, email)
    new, made = _password(generate)
    operations.reset_password(ctx, user.id, new)
    answer = {"email": user.email} | ({"password": new} if made else {})
    emit(
        answer,
        as_json,
        lambda: click.echo(f"{user.email}: {new}" if made else f"The password of {user.email} is changed."),
    )


@users.command()
@click.argument("email")
@click.argument("new_role", metavar="ROLE", type=click.Choice(ROLES))
def role(email: str, new_role: str) -> None:
    """Give EMAIL another ROLE.

    \b
    firasa users role sara@example.com marketer
    """
    ctx = _context()
    user = operations.find(ctx, email)
    operations.change_role(ctx, user.id, new_role)
    note(f"{user.email} is {new_role} now.")


@users.command()
@click.argument("email")
def disable(email: str) -> None:
    """Lock EMAIL out and log them out everywhere.

    \b
    firasa users disable sara@example.com
    """
    ctx = _context()
    user = operations.find(ctx, email)
    operations.disable(ctx, user.id)
    note(f"{user.email} can no longer log in; `firasa users enable {user.email}` lets them in again.")


@users.command()
@click.argument("email")
def enable(email: str) -> None:
    """Let EMAIL log in again.

    \b
    firasa users enable sara@example.com
    """
    ctx = _context()
    user = operations.find(ctx, email)
    operations.enable(ctx, user.id)
    note(f"{user.email} can log in again.")


def _context() -> Context:
    found: Context = runtime().context(actor="cli")
    return found


def _password(generate: bool) -> tuple[str, bool]:
    """A password, and whether it was made here: asked for on a terminal, read from a pipe's first line, else made."""
    if generate:
        return secrets.token_urlsafe(12), True
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True)), False
    typed = sys.stdin.readline().rstrip("\r\n")
    return (typed, False) if typed else (secrets.token_urlsafe(12), True)


def _welcome(email: str, role: str, password: str | None) -> None:
    note(f"{email} is {role}.")
    if password is not None:
        note("This password is shown only now:")
        click.echo(password)
