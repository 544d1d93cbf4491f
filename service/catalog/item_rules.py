"""Which keys each type of item takes, and within what bounds. Looked at one item at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from service.domain.answers import LONG_TEXT, SHORT_TEXT, day_number
from service.domain.quiz import ADDRESSES, CHOICES, OTHER, SCALES, TEXTS

Part = Mapping[str, Any]
Found = Iterator[tuple[str, str]]

MOST_STEPS = 11

_TYPED = TEXTS | ADDRESSES | {"number", "date"}
_LISTED = CHOICES | {"ranking"}
_BOUNDED = frozenset({"multiple", "picture", "rating", "ranking", "number", "date"})

# Keys that only some types take.
_TAKEN_BY: Mapping[str, frozenset[str]] = {
    "options": _LISTED,
    "low": SCALES,
    "high": SCALES,
    "scores": SCALES | {"number"},
    "min": _BOUNDED,
    "max": _BOUNDED | TEXTS,
    "placeholder": _TYPED,
    "channel": frozenset({"consent"}),
    "wording": frozenset({"consent"}),
    "country": frozenset({"phone"}),
    "shuffle": _LISTED,
}
_NOT_BY_STATEMENTS = ("required", "decides", "skip_known")


def problems(item: Part, options: list[tuple[int, Part]]) -> Found:
    """What is wrong with an item by itself: path below the item (empty for the item) and message.

    :param options: its options with their positions, as far as their shape is sound
    """
    yield from _keys(item)
    yield from _bounds(item)
    yield from _options(item, options)
    for i, option in options:
        yield from ((f"options[{i}]{path}", message) for path, message in _option(item, option))
    yield from _consent(item)


def _keys(item: Part) -> Found:
    kind = item["type"]
    for key, kinds in _TAKEN_BY.items():
        if key in item and kind not in kinds:
            hint = "; give scores to its options" if key == "scores" and kind in CHOICES else ""
            yield key, f"an item of type {kind} takes no {key}{hint}"
    for key in _NOT_BY_STATEMENTS:
        if key in item and kind == "statement":
            yield key, f"an item of type {kind} takes no {key}"
    if "scores" in item and kind == "number" and not {"min", "max"} <= set(item):
        yield "scores", "a number is scored between its min and max; give both"
    country = str(item.get("country", ""))
    if "country" in item and not (len(country) == 2 and country.isascii() and country.isupper()):
        yield "country", "write the country's two capital letters, such as SA"
    if "pinned" in item and "group" not in item:
        yield "pinned", "an item is pinned inside its group; name the group, or leave pinned out"


def _bounds(item: Part) -> Found:
    kind = item["type"]
    for key in ("min", "max"):
        if key in item and isinstance(item[key], str) != (kind == "date"):
            wanted = 'a day such as "2026-01-31"' if kind == "date" else "a whole number"
            yield key, f"an item of type {kind} takes {wanted}"
            return
    least, most = item.get("min"), item.get("max")
    if kind == "date":
        least, most = (None if one is None else day_number(one) for one in (least, most))
    if kind == "rating":
        least, most = (1 if least is None else least), (5 if most is None else most)
        if most - least >= MOST_STEPS:
            yield "max", f"a rating has at most {MOST_STEPS} steps, this one has {most - least + 1}"
    if kind in ("multiple", "picture", "ranking"):
        yield from _choice_bounds(item, least, most)
    if kind in TEXTS and most is not None:
        longest = SHORT_TEXT if kind == "short_text" else LONG_TEXT
        if not 1 <= most <= longest:
            yield "max", f"a {kind} has between 1 and {longest} characters"
    if least is not None and most is not None and (least > most or (kind == "rating" and least == most)):
        yield "min", f"min {item.get('min', least)} is not below max {item.get('max', most)}"


def _choice_bounds(item: Part, least: int | None, most: int | None) -> Found:
    listed = [one for one in item.get("options") or () if isinstance(one, Mapping)]
    options = len(listed)
    together = sum(not one.get("exclusive") for one in listed)
    if least is not None and least < 0:
        yield "min", "the least number of choices is 0 or more"
    if least is not None and least > together and options > 1:
        without = " that go together with others" if together < options else ""
        yield "min", f"nobody can choose {least} of {together} options{without}"
    if most is not None and not 1 <= most <= max(options, 1):
        yield "max", f"the most choices are between 1 and the number of options, {options}"
    if item["type"] == "picture" and least is not None and (most or 1) == 1:
        yield "min", "one picture is chosen; a max above 1 lets people choose several"


def _options(item: Part, options: list[tuple[int, Part]]) -> Found:
    kind = item["type"]
    if kind in _LISTED - {"yes_no"}:
        if "options" not in item:
            yield "", f"an item of type {kind} needs options"
        elif len(options) < 2:
            yield "options", "a choice needs at least two options"


def _option(item: Part, option: Part) -> Found:
    kind = item["type"]
    several = kind == "multiple" or (kind == "picture" and (item.get("max") or 1) != 1)
    if kind == "yes_no" and "id" in option and option["id"] not in ("yes", "no"):
        yield ".id", f"a yes_no item has the options yes and no, not {option['id']!r}"
    if kind != "yes_no" and "label" not in option:
        yield "", "an option needs a label"
    if kind == "picture" and "image" not in option:
        yield "", "an option of a picture item needs an image: the name of a drawing, or an address"
    if option.get("exclusive") and not several:
        yield ".exclusive", "only an item with several answers has exclusive options"
    if option.get("other"):
        if kind not in ("single", "multiple"):
            yield ".other", f"an item of type {kind} takes no words of one's own"
        elif option.get("id") != OTHER:
            yield ".id", f"the option for words of one's own has the id {OTHER}"
    elif "placeholder" in option:
        yield ".placeholder", "only an option with other: true has a field to write in"
    if "pinned" in option and not item.get("shuffle"):
        yield ".pinned", "the options keep their order anyway; give the item shuffle: true"


def _consent(item: Part) -> Found:
    if item["type"] == "consent":
        for key in ("channel", "wording"):
            if key not in item:
                yield "", f"an item of type consent needs {key}"
