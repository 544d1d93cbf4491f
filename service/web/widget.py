"""The chat's file: its modules joined and made small, the same bytes for the same sources, without a JavaScript tool.

The modules below ``static/widget/src`` are plain ES modules. They are joined in the order in which they need each
other, inside one function, so that nothing of them is seen by the shop's page; comments and white space go, and names
become short (``shorten.py``). ``python -m service.web.widget`` prints the file.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rjsmin import jsmin

from service.catalog.files import resource_dir
from service.web import wording
from service.web.shorten import shorten

SOURCES = Path(__file__).parents[1] / "static" / "widget" / "src"
MAIN = "main.js"
_IMPORT = re.compile(r'^import (?:\{[^}]*\}|\w+) from "(\./|\.\./)([\w/.]+)";\n', re.MULTILINE)
_STYLES = re.compile(r'^import (\w+) from "\./([\w/]+\.css)";\n', re.MULTILINE)
_TOP_LEVEL = re.compile(r"^(?:export )?(?:const|let|class|function|async function) (\w+)", re.MULTILINE)


class ModuleError(Exception):
    """The modules cannot be joined; the message says which and why."""


@dataclass(frozen=True)
class Bundle:
    """What is served.

    :param plain: the file as it is
    :param small: the same, compressed by gzip
    :param tag: its fingerprint: part of its lasting address, and its ETag
    """

    plain: bytes
    small: bytes
    tag: str


def bundle() -> Bundle:
    """The file as its sources now are; put together once, and again when a source has changed."""
    return _bundle(tuple(path.stat().st_mtime_ns for path in sorted(SOURCES.rglob("*.*s"))))


@lru_cache(maxsize=2)
def _bundle(changed: tuple[int, ...]) -> Bundle:
    return packed(join(SOURCES).encode())


def packed(plain: bytes) -> Bundle:
    """Bytes with their compressed form and their fingerprint."""
    return Bundle(plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:16])


def join(folder: Path) -> str:
    """All modules that ``main.js`` needs, as one script.

    :raises ModuleError: when two modules give the same name to something, or one that is imported is missing
    """
    parts: dict[Path, str] = {}
    _gather(folder / MAIN, parts, set())
    names: dict[str, str] = {}
    for path, text in parts.items():
        for name in _TOP_LEVEL.findall(text):
            if name in names:
                raise ModuleError(f"{path.name} and {names[name]} both define {name}: modules share their names")
            names[name] = path.name
    joined = "\n".join(re.sub(r"^export ", "", text, flags=re.MULTILINE) for text in parts.values())
    return f'(()=>{{"use strict";{shorten(jsmin(joined))}}})();\n'


def _gather(path: Path, parts: dict[Path, str], begun: set[Path]) -> None:
    """Add a module after those it needs. Circles are fine: what is used while joining stands in no circle."""
    if path in begun:
        return
    begun.add(path)
    if not path.is_file():
        raise ModuleError(f"there is no module {path.name}")
    text = path.read_text(encoding="utf-8")
    text = _STYLES.sub(lambda found: f"const {found[1]} = {_styles(path.parent / found[2])};\n", text)
    for up, name in _IMPORT.findall(text):
        _gather((path.parent / up / name).resolve(), parts, begun)
    parts[path] = _IMPORT.sub("", text)


def _styles(path: Path) -> str:
    """A style sheet as a JavaScript string, without comments and white space that mean nothing."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"\s*\n\s*", "", text).replace("`", "\\`")
    return f"`{text}`"


# words -------------------------------------------------------------------------------------------------------------


def words(lang: str, numerals: str) -> Bundle:
    """The chat's own words in a language (English for one it does not speak), as JSON.

    :param numerals: how the shop writes numbers in Arabic: ``arab`` or ``latn``
    """
    return _words(lang, numerals, (resource_dir("templates") / "storefront" / "chat.yaml").stat().st_mtime_ns)


@lru_cache(maxsize=32)
def _words(lang: str, numerals: str, changed: int) -> Bundle:
    found: dict[str, object] = {key: entry.get(lang, entry["en"]) for key, entry in wording.load("chat").items()}
    if lang == "ar" and numerals == "arab":
        found["digits"] = "٠١٢٣٤٥٦٧٨٩"
    return packed(json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode())


if __name__ == "__main__":
    sys.stdout.buffer.write(bundle().plain)
