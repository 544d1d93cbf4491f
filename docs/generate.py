"""Writes the pages of docs/ that are made from the code: settings, commands, problems, the API, quizzes and segments.

python docs/generate.py            writes them
python docs/generate.py --check    fails when one of them is not what the code says
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import click

DOCS = Path(__file__).resolve().parent


def pages() -> dict[str, str]:
    """The generated files by name."""
    return {
        "settings.md": settings(),
        "commands.md": commands(),
        "problems.md": problems(),
        "openapi.json": openapi(),
        "segments.schema.json": segments_schema(),
        "quiz.schema.json": quiz_schema(),
    }


def settings() -> str:
    from service.config import SETTINGS

    rows = []
    for one in SETTINGS:
        default = f"`{one.default}`" if one.default else "none"
        rows.append(f"| `{one.name}` | {default} | {one.help} |")
    return "\n".join(
        [
            "# Settings",
            "",
            "Firasa reads its settings from environment variables, once, when a process starts. All problems are",
            "reported together. `NAME_FILE` may name a file that holds the value of `NAME`, as secrets of containers",
            "do. The shop's name and its numerals are set in the admin.",
            "",
            "| Setting | Default | What it does |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def commands() -> str:
    from service.cli import main

    parts = ["# Commands", "", "`firasa COMMAND --help` says the same on the terminal.", ""]
    for context in _walk(click.Context(main, info_name="firasa", **main.context_settings)):
        context.terminal_width, context.max_content_width = 100, 100
        parts += [f"## `{context.command_path}`", "", "```text", context.get_help().rstrip(), "```", ""]
    return "\n".join(parts)


def _walk(context: click.Context) -> Iterator[click.Context]:
    yield context
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            child = context.command.get_command(context, name)
            if child is not None and not child.hidden:
                yield from _walk(click.Context(child, info_name=name, parent=context))


def problems() -> str:
    from service.web.problems import CODES

    rows = [f"| `{code}` | {status} | {title} |" for code, (status, title) in CODES.items()]
    return "\n".join(
        [
            "# Problems",
            "",
            "Every error of the API is `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`, a",
            "stable `code` for programs, and `errors`, a list of `{path, message}` for the parts of the request.",
            "",
            "| `code` | Status | Title |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def openapi() -> str:
    from service.app import create_app
    from service.config import Config

    app = create_app(Config(database_url="sqlite:///not-opened.db"))
    document = app.test_client().get("/openapi.json").get_json()
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def quiz_schema() -> str:
    from service.catalog.quiz_schema import quiz_schema as schema

    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def segments_schema() -> str:
    from service.catalog.segments_schema import segments_schema as schema

    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    stale = []
    for name, text in pages().items():
        path = DOCS / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(text, encoding="utf-8")
    if stale and "--check" in sys.argv:
        sys.exit(f"out of date: {', '.join(stale)}; run `python docs/generate.py`")


if __name__ == "__main__":
    sys.path.insert(0, str(DOCS.parent))  # also where Firasa is not installed
    main()
