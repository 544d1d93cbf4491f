"""The pages agree with the code: commands exist, links lead somewhere, and nothing there is goes unmentioned."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from service.cli import main
from service.config import SETTINGS, Config
from service.domain.users import SCOPES
from service.metrics import Numbers, exposition
from service.operations import logins, users
from service.web.problems import CODES
from tests.docs import pages
from tests.docs.pages import ROOT, Quoted

DOCS = ROOT / "docs"


# generated pages -----------------------------------------------------------------------------------------------------


def test_the_generated_pages_are_up_to_date() -> None:
    """In a process of its own, as a person runs it: what other tests changed about this one does not count."""
    command = [sys.executable, str(DOCS / "generate.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


# completeness --------------------------------------------------------------------------------------------------------


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def test_every_setting_is_documented() -> None:
    assert [one.name for one in SETTINGS if f"`{one.name}`" not in page("settings.md")] == []


def every_command(command: click.Command = main, path: str = "firasa") -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            child = command.get_command(context, name)
            if child is not None and not child.hidden:
                yield from every_command(child, f"{path} {name}")


def test_every_command_is_documented() -> None:
    assert [path for path, _ in every_command() if f"## `{path}`" not in page("commands.md")] == []


def test_every_command_that_does_something_shows_an_example_in_its_help() -> None:
    without = [
        path
        for path, command in every_command()
        if not isinstance(command, click.Group) and f"    {path}" not in (command.help or "").replace("\n", "\n    ")
    ]
    assert without == []


def test_every_problem_code_is_documented() -> None:
    assert [code for code in CODES if f"`{code}`" not in page("problems.md")] == []


def test_every_metric_is_documented() -> None:
    numbers = Numbers(queues=[], totals={}, buckets=(1.0,), responses=[], personas=[], profiles_due=0)
    body, _ = exposition(numbers)
    names = re.findall(r"^# HELP (\S+)", body.decode(), re.MULTILINE)
    assert len(names) > 5
    assert [name for name in names if f"`{name}`" not in page("destinations.md")] == []


def test_every_scope_of_an_api_key_is_documented() -> None:
    assert [scope for scope in SCOPES if f"`{scope}`" not in page("operating.md")] == []


def test_every_path_of_the_api_is_described_for_developers() -> None:
    paths = json.loads(page("openapi.json"))["paths"]
    told = page("responses.md") + page("orders.md") + page("operating.md") + page("customers.md")
    assert [path for path in paths if re.sub(r"\{\w+_id\}", "{id}", path) not in told] == []


def test_every_page_is_in_the_index() -> None:
    listed = {target.partition("#")[0] for target in pages.links(DOCS / "README.md")}
    found = {str(path.relative_to(DOCS)) for path in DOCS.rglob("*.md")} | {"openapi.json"}
    assert found - listed == {"README.md"}


def test_the_numbers_for_those_who_run_it_are_those_in_use() -> None:
    told = " ".join(page("operating.md").split())
    assert (logins.WINDOW, users.LINK_LIFETIME) == (15 * logins.MINUTE, 3 * 24 * 60 * logins.MINUTE)
    assert (logins.ACCOUNT_LIMIT, logins.ADDRESS_LIMIT) == (10, 30)
    assert "After ten failed log-ins within 15 minutes an account waits, and after thirty an address does" in told
    assert "good for three days" in told
    config = Config()
    assert (config.rate_limit_address, config.rate_limit_response) == ("6000/minute", "240/minute")
    assert "takes 6,000 requests a minute from one address and 240 for one response" in told


# truth ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", pages.pages(), ids=pages.name)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    broken = []
    for target in pages.links(path):
        if re.match(r"[a-z]+:", target):
            continue
        place, _, anchor = target.partition("#")
        found = (path.parent / place).resolve() if place else path
        if not found.exists() or (anchor and found.suffix == ".md" and anchor not in pages.anchors(found)):
            broken.append(target)
    assert broken == []


def every_quoted_command() -> list[Quoted]:
    return [one for path in pages.pages() for one in pages.commands(path)]


def test_command_lines_are_found_in_the_pages() -> None:
    found = {one.page for one in every_quoted_command()}
    assert {"README.md", "docs/operating.md", "docs/commands.md", "docs/personas.md"} <= found


@pytest.mark.parametrize("quoted", every_quoted_command(), ids=lambda one: f"{one.page}: {one.line}"[:90])
def test_every_quoted_command_exists_with_its_options(quoted: Quoted) -> None:
    context, words = resolve(list(quoted.words))
    parameters = context.command.params
    valued = {name for one in parameters if isinstance(one, click.Option) and not one.is_flag for name in one.opts}
    if quoted.in_sentence and words and words[-1] in valued:
        words.append("a value")  # the option is mentioned, not used
    given, rest, _ = context.command.make_parser(context).parse_args(words)
    assert rest == [], "more words than the command takes"
    for one in parameters:
        value = given.get(one.name or "")
        if isinstance(one.type, click.Choice) and isinstance(value, str | list):
            for each in [value] if isinstance(value, str) else value:
                one.type.convert(each, one, context)
        if words and one.required and isinstance(one, click.Option):
            assert one.name in given, f"{one.opts[0]} is required"


def resolve(words: list[str]) -> tuple[click.Context, list[str]]:
    """The command that words name, and the words left for it."""
    context = click.Context(main, info_name="firasa")
    while isinstance(context.command, click.Group) and words and not words[0].startswith("-"):
        child = context.command.get_command(context, words[0])
        assert child is not None, f"there is no command {words[0]!r}"
        context, words = click.Context(child, info_name=words[0], parent=context), words[1:]
    return context, words


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    quoted = [
        (pages.name(path), target)
        for path in pages.pages()
        for quote in (*pages.examples(path), *pages.mentions(path))
        for target in re.findall(r"^(?:\$ )?make ([a-z][a-z -]*)", quote.strip())
    ]
    named = [(where, word) for where, words in quoted for word in re.split(r" {2,}", words)[0].split()]
    assert {("README.md", "demo"), ("README.md", "test")} <= set(named)
    assert [one for one in named if one[1] not in targets] == []


_MACHINE = re.compile(r"(?<![\w.])/(?:root|home|Users|work|tmp|mnt|private)/\S*")


@pytest.mark.parametrize("path", [*pages.pages(), DOCS / "openapi.json"], ids=pages.name)
def test_no_page_names_a_path_of_one_machine(path: Path) -> None:
    found = pages.text(path)
    assert _MACHINE.findall(found) == []
    assert str(ROOT) not in found


def test_no_picture_is_heavy() -> None:
    heavy = [path.name for path in (DOCS / "images").iterdir() if path.stat().st_size > 400_000]
    assert heavy == []
