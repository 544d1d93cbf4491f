"""A segment on the editor's sheet: its names, tag and condition as typed, and the document that comes of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import cast

from service.domain import buying, conditions
from service.domain.errors import DefinitionError, Problem
from service.domain.purchase_reading import MEASURES, WINDOWS
from service.domain.vocabulary import Attributes
from service.web.admin import segment_tree
from service.web.admin.segment_documents import Trouble, Written, write
from service.web.admin.segment_reading import tree_of
from service.web.admin.segment_tree import Group, Row
from service.web.i18n import LANGUAGES, N_, _, translations

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.ASCII)
_LONGEST_ID = 64
_TAKEN = frozenset({"new"})  # an address of its own
_KEPT = ("id", "tag", "note", "on", "who", "base")
Form = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Sheet:
    """What is typed.

    :param id: empty while a new segment has none
    :param base: the version that is edited, 0 for a new one
    :param on: a past day to test the definition on; :param who: a customer to explain it with
    """

    tree: Group
    id: str = ""
    name: Mapping[str, str] = field(default_factory=dict)
    description: Mapping[str, str] = field(default_factory=dict)
    tag: str = ""
    note: str = ""
    on: str = ""
    who: str = ""
    base: int = 0

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The sheet as a form sends it, to be kept as a draft."""
        told = [("id", self.id), ("tag", self.tag), ("note", self.note), ("base", str(self.base))]
        names = [(f"name.{lang}", text) for lang, text in self.name.items()]
        descriptions = [(f"description.{lang}", text) for lang, text in self.description.items()]
        return [*told, *names, *descriptions, *_fields(self.tree, segment_tree.ROOT)]


@dataclass(frozen=True)
class Drawn:
    """What comes of a sheet.

    :param document: as it would be saved
    :param troubles: all that is wrong with it; the document is right when there is nothing
    """

    document: Mapping[str, object]
    written: Written
    troubles: tuple[Trouble, ...]


def read(form: Iterable[tuple[str, str]]) -> Sheet:
    """The sheet of a form."""
    given = list(form)
    texts = dict(reversed(given))
    kept = {one: texts.get(one, "").strip() for one in _KEPT}
    base = kept.pop("base")
    return Sheet(
        tree=segment_tree.read(given),
        name=_by_language(texts, "name"),
        description=_by_language(texts, "description"),
        base=int(base) if base.isascii() and base.isdigit() and len(base) < 9 else 0,
        **kept,
    )


def sheet_of(document: Mapping[str, object], base: int, attributes: Attributes | None = None) -> Sheet:
    """The sheet of a saved segment."""
    return Sheet(
        tree=tree_of(conditions.parse(document["when"]), attributes),
        id=str(document["id"]),
        name=dict(cast(Mapping[str, str], document["name"])),
        description=dict(cast(Mapping[str, str], document.get("description") or {})),
        tag=str(document.get("tag") or ""),
        base=base,
    )


def copy_of(sheet: Sheet) -> Sheet:
    """The sheet of a new segment that begins as another one."""
    said = N_("%(name)s (copy)")
    name = {lang: translations(lang).gettext(said) % {"name": text} for lang, text in sheet.name.items()}
    return replace(sheet, id="", tag="", name=name, base=0)


def draw(sheet: Sheet, attributes: Attributes | None = None, *, named: bool = True) -> Drawn:
    """The document of a sheet and what is wrong with it.

    :param named: it is to be saved; without it the name may still be missing, as for a first look
    """
    written = write(sheet.tree, attributes)
    segment_id = sheet.id or _id_of(sheet.name.get("en", ""))
    name = {lang: text for lang, text in sheet.name.items() if text}
    document: dict[str, object] = {
        "id": segment_id or "new-segment",
        "name": name or {"en": "…"},
        "description": {lang: text for lang, text in sheet.description.items() if text},
        **({"tag": sheet.tag} if sheet.tag else {}),
        "when": written.document,
    }
    troubles = [*written.troubles, *(_of_head(sheet, segment_id) if named else [])]
    try:
        conditions.parse(written.document)
    except DefinitionError as error:
        wrong = {one.name for one in written.troubles}
        troubles += [one for one in placed(error.problems, written, sheet.tree) if one.name not in wrong]
    return Drawn(document, written, tuple(troubles))


def _of_head(sheet: Sheet, segment_id: str) -> list[Trouble]:
    found = [
        Trouble("", f"name.{lang}", _("A segment needs a name in this language."))
        for lang in LANGUAGES
        if not sheet.name.get(lang)
    ]
    if segment_id in _TAKEN or not _ID.fullmatch(segment_id) or len(segment_id) > _LONGEST_ID:
        said = _("An id has small letters, digits and dashes, for example big-baskets. It never changes.")
        found.append(Trouble("", "id", said))
    return found


def _id_of(name: str) -> str:
    return "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:_LONGEST_ID].strip("-")


# where problems are --------------------------------------------------------------------------------------------------


def placed(problems: Iterable[Problem], written: Written, tree: Group) -> list[Trouble]:
    """The problems that the language found, each at its field."""
    return [_placed(one, written, tree) for one in problems]


def _placed(problem: Problem, written: Written, tree: Group) -> Trouble:
    path = re.sub(r"^segments\[0\]\.", "", problem.path)
    place = max((one for one in written.places if _within(path, one)), key=len, default=None)
    if place is None or not path.startswith("when"):
        return Trouble("", path if path in ("id", "tag") else "", problem.message, "en")
    name = written.places[place]
    way = segment_tree.way_of(name)
    part = segment_tree.at(tree, way) if way is not None else None
    rest = path[len(place) :].strip(".")
    return Trouble(name, _field(rest, part) if isinstance(part, Row) else "", problem.message, "en")


def _within(path: str, place: str) -> bool:
    return path == place or path.startswith((f"{place}.", f"{place}["))


def _field(rest: str, row: Row) -> str:
    """The field of a row that the rest of a path is about."""
    parts: list[str] = re.findall(r"[^.\[\]]+", rest)
    if not parts:
        return ""
    if parts[0] == "on":
        return "day"
    if parts[0] in ("ever", "that"):
        parts = parts[1:] or [""]
    if parts[0] in ("where", "did", "then"):
        prefix, inner = ("where", parts[1:]) if parts[0] == "where" else (f"{parts[0]}.where", parts[2:])
        return _filter_field(prefix, inner, row)
    if parts[0] in WINDOWS and row.get("window") == parts[0]:
        return "n" if parts[0] != "between" else ("last" if parts[-1] == "1" else "first")
    if parts[0] in MEASURES:
        return "of"
    return {"within_days": "within"}.get(parts[0], parts[0])


def _filter_field(prefix: str, inner: list[str], row: Row) -> str:
    fields = {**buying.FIELDS["orders"], **buying.FIELDS["lines"]}
    for number in row.filters(prefix):
        start = f"{prefix}.{number}."
        asked = row.get(f"{start}op", "eq")
        if inner and inner[0] in fields and row.get(f"{start}field") == inner[0] and inner[1:2] in ([], [asked]):
            return f"{start}value"
    return ""


def _by_language(texts: Mapping[str, str], what: str) -> dict[str, str]:
    start = f"{what}."
    return {name[len(start) :]: text.strip() for name, text in texts.items() if name.startswith(start)}


def _fields(part: segment_tree.Part, name: str) -> Iterable[tuple[str, str]]:
    if isinstance(part, Row):
        yield from ((f"{name}:{field}", text) for field, texts in part.fields.items() for text in texts)
        return
    yield f"{name}:join", part.join
    if part.bare:
        yield f"{name}:bare", "1"
    for number, one in enumerate(part.parts):
        yield from _fields(one, f"{name}.{number}")
