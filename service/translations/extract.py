"""Find every message in the source and bring the catalogues up to date.

``python -m service.translations.extract`` adds what is new to each ``messages.po`` with an empty translation, drops
what is gone, and says what is left to translate. Nothing is compiled: the ``.po`` files are read at start.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from service import __version__
from service.catalog.files import resource_dir

FOLDER = Path(__file__).resolve().parent
_KEYWORDS: dict[str, tuple[int, ...] | None] = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None}
_WIDTH = 120


def messages() -> Iterator[str | tuple[str, str]]:
    """Every message of the source in reading order: a text, or the two forms of a countable one."""
    package = FOLDER.parent
    for path in sorted((package / "web").rglob("*.py")):
        for _line, message, _comments, _context in extract("python", BytesIO(path.read_bytes()), _KEYWORDS):
            yield _pair(message)
    templates = resource_dir("templates")
    for path in [*sorted((templates / "admin").rglob("*.html")), templates / "problem.html"]:
        for _at, _function, found, _notes in babel_extract(BytesIO(path.read_bytes()), tuple(_KEYWORDS), (), {}):
            yield _pair(found)


def load(lang: str) -> Catalog:
    """The catalogue of a language as its file has it."""
    with _path(lang).open("rb") as file:
        return read_po(file, locale=lang)


def untranslated(lang: str) -> list[str]:
    """Messages of the source that a language lacks, or has only as a guess or in some of its forms."""
    catalogue = load(lang)
    missing = []
    for found in messages():
        text = found if isinstance(found, str) else found[0]
        message = catalogue.get(text)
        if message is None or message.fuzzy or not _complete(message, catalogue.num_plurals):
            missing.append(text)
    return list(dict.fromkeys(missing))


def update(lang: str) -> None:
    """Write the catalogue anew: what the source says, in its order, with the translations there are."""
    old = load(lang)
    new = Catalog(
        locale=lang,
        project="Firasa",
        version=__version__,
        header_comment="# Firasa in another language. `python -m service.translations.extract` brings it up to date.",
        last_translator="the Firasa authors",
        language_team=lang,
        msgid_bugs_address="the issue tracker",
        creation_date=old.creation_date,
        revision_date=old.creation_date,
        fuzzy=False,
    )
    for found in messages():
        text = found if isinstance(found, str) else found[0]
        known = old.get(text)
        new.add(found, known.string if known is not None else "")
    with _path(lang).open("wb") as file:
        write_po(file, new, width=_WIDTH, no_location=True)


def _pair(found: object) -> str | tuple[str, str]:
    if isinstance(found, str):
        return found
    forms = [form for form in found if isinstance(form, str)]  # type: ignore[attr-defined]
    return forms[0] if len(forms) == 1 else (forms[0], forms[1])


def _complete(message: Message, forms: int) -> bool:
    said = message.string
    if isinstance(said, str) or said is None:
        return bool(said)
    return len(said) == forms and all(said)


def _path(lang: str) -> Path:
    return FOLDER / lang / "LC_MESSAGES" / "messages.po"


def main() -> int:
    """Update all catalogues; the exit code says whether something is left to translate."""
    left = 0
    for folder in sorted(path for path in FOLDER.iterdir() if (path / "LC_MESSAGES").is_dir()):
        update(folder.name)
        missing = untranslated(folder.name)
        left += len(missing)
        print(f"{folder.name}: {len(missing)} to translate")
        for text in missing:
            print(f"  {text}")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
