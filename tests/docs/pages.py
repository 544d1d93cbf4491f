"""The pages of the documentation, and what they quote: links, headings, and command lines of `firasa`."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_BEFORE = re.compile(r"^(\$ |Exec\w+=|(?:release|web|worker): )")
_ENDS = frozenset({"|", ">", ">>", "<", "&", "&&", ";", "||"})


@dataclass(frozen=True)
class Quoted:
    """A command line as a page quotes it: the words after `firasa`."""

    page: str
    line: str
    words: tuple[str, ...]
    in_sentence: bool = False


def pages() -> list[Path]:
    """Every page of the project, README and those that lie in folders of code among them."""
    folders = [ROOT / name for name in ("docs", "service", "bench", "tests", "quizzes")]
    found = [*ROOT.glob("*.md"), *(path for folder in folders for path in folder.rglob("*.md"))]
    return sorted(path for path in found if "vendor" not in path.parts)


def name(page: Path) -> str:
    """A page as errors name it."""
    return str(page.relative_to(ROOT))


def text(page: Path) -> str:
    """What is on a page."""
    return page.read_text(encoding="utf-8")


def links(page: Path) -> Iterator[str]:
    """The targets of links and pictures, outside of examples."""
    yield from _LINK.findall(_INLINE.sub("", _FENCE.sub("", text(page))))


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives the headings of a page."""
    found = _HEADING.findall(_FENCE.sub("", text(page)))
    return {re.sub(r"[^\w\- ]", "", heading.replace("`", "").strip().lower()).replace(" ", "-") for heading in found}


def examples(page: Path) -> Iterator[str]:
    """Each line of the examples; one that is continued is joined."""
    for block in _FENCE.findall(text(page)):
        yield from block.replace("\\\n", " ").splitlines()


def mentions(page: Path) -> Iterator[str]:
    """What is quoted inside sentences."""
    yield from (" ".join(one.split()) for one in _INLINE.findall(_FENCE.sub("", text(page))))


def commands(page: Path) -> Iterator[Quoted]:
    """The command lines of `firasa` on a page. In examples, two spaces after a command begin a remark."""
    for line in examples(page):
        yield from _command(page, re.sub(r"(?<=\S) {2,}(?![\\-]).*$", "", line.strip()))
    for mention in mentions(page):
        yield from (replace(one, in_sentence=True) for one in _command(page, mention))


def _command(page: Path, line: str) -> Iterator[Quoted]:
    words = _words(_BEFORE.sub("", line))
    while words and (re.fullmatch(r"[A-Z_]+=.*", words[0]) or words[0] == "env"):
        words = words[1:]
    if words[:2] == ["sudo", "-u"]:
        words = words[3:]
    if words and Path(words[0]).name == "firasa" and not (len(words) > 1 and words[1].isupper()):
        yield Quoted(name(page), line, tuple(_until_the_end(words[1:])))


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|<>;&")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    try:
        return list(lexer)
    except ValueError:  # a quote inside a sentence
        return []


def _until_the_end(words: list[str]) -> Iterator[str]:
    for word in words:
        if word in _ENDS:
            return
        if word != "…":
            yield word
