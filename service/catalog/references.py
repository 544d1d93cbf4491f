"""What must fit together inside a quiz beyond its shape: names that refer to each other, and keys that suit a type.

It reads the document rather than domain objects, so that it can report on the sound parts of a document whose shape
is wrong elsewhere, and everything is said at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.catalog.answer_conditions import Asked, condition_problems
from service.catalog.fields import did_you_mean
from service.catalog.positions import Where
from service.domain.answers import LONG_TEXT, SHORT_TEXT
from service.domain.errors import Problem
from service.domain.money import exponent, parse_minor
from service.domain.quiz import CHOICES, END, SCALES, TEXTS

Part = Mapping[str, Any]

MOST_STEPS = 11


@dataclass(frozen=True)
class _Names:
    """Everything in a document that can be referred to."""

    items: Mapping[str, tuple[int, Part]]
    outcomes: frozenset[str]
    products: frozenset[str]
    languages: tuple[str, ...]
    quiz_id: str


@dataclass
class _Check:
    where: Where
    names: _Names
    problems: list[Problem] = field(default_factory=list)

    def say(self, path: str, message: str) -> None:
        self.problems.append(self.where.problem(path, message))

    def condition(self, document: object, path: str, before: int) -> None:
        """A condition at ``path``, looked at before the item at position ``before`` is asked."""
        asked = Asked(self.names.quiz_id, self.names.items, before)
        for problem in condition_problems(document, path, asked):
            self.say(problem.path, problem.message)


def check(document: Part, where: Where, raw: Part | None = None) -> list[Problem]:
    """All problems of a quiz document beyond its shape; parts that are missing are passed over.

    :param document: what is right about its shape
    :param raw: the whole of it, where names are looked up: a name defined in a faulty part is no unknown name
    """
    whole = document if raw is None else raw
    sound = {one.get("id"): one for _, one in reversed(list(_parts(document, "items")))}
    names = _Names(
        items={one: (position, sound.get(one, {})) for position, one in reversed(_named(whole, "items"))},
        outcomes=frozenset(one for _, one in _named(whole, "outcomes")),
        products=frozenset(one for _, one in _named(whole, "products")),
        languages=tuple(document.get("languages") or ("en", "ar")),
        quiz_id=str(document.get("id")),
    )
    found = _Check(where, names)
    for key in ("items", "outcomes", "products"):
        _check_twice(found, document, key)
    _check_languages(found, document, "")
    for position, item in _parts(document, "items"):
        _check_item(found, item, position, f"items[{position}]")
    _check_outcomes(found, document)
    _check_products(found, document)
    _check_contact(found, document)
    return found.problems


# items -----------------------------------------------------------------------------------------------------------


def _check_item(found: _Check, item: Part, position: int, path: str) -> None:
    if item.get("id") == END:
        found.say(f"{path}.id", f"'{END}' is where a goto ends the quiz; choose another id")
    if "type" in item:
        _check_keys(found, item, path)
        _check_bounds(found, item, path)
        _check_options(found, item, path)
    if "when" in item:
        found.condition(item["when"], f"{path}.when", position)
    for i, branch in _parts(item, "goto"):
        _check_goto(found, branch, position, f"{path}.goto[{i}]")


def _check_keys(found: _Check, item: Part, path: str) -> None:
    """Keys that this type of item does not take."""
    kind = item["type"]
    takes = {
        "options": kind in CHOICES,
        "low": kind in SCALES,
        "high": kind in SCALES,
        "scores": kind in SCALES or kind == "number",
        "required": kind != "statement",
        "decides": kind != "statement",
        "min": kind in ("multiple", "rating", "number"),
        "max": kind in ("multiple", "rating", "number") or kind in TEXTS,
    }
    for key, taken in takes.items():
        if key in item and not taken:
            hint = "; give scores to its options" if key == "scores" and kind in CHOICES else ""
            found.say(f"{path}.{key}", f"an item of type {kind} takes no {key}{hint}")
    if "scores" in item and kind == "number" and not {"min", "max"} <= set(item):
        found.say(f"{path}.scores", "a number is scored between its min and max; give both")


def _check_bounds(found: _Check, item: Part, path: str) -> None:
    kind, least, most = item["type"], item.get("min"), item.get("max")
    if kind == "rating":
        least, most = (1 if least is None else least), (5 if most is None else most)
        if most - least >= MOST_STEPS:
            found.say(f"{path}.max", f"a rating has at most {MOST_STEPS} steps, this one has {most - least + 1}")
    if kind == "multiple":
        options = len(item.get("options") or ())
        if least is not None and least < 0:
            found.say(f"{path}.min", "the least number of choices is 0 or more")
        if most is not None and not 1 <= most <= max(options, 1):
            found.say(f"{path}.max", f"the most choices are between 1 and the number of options, {options}")
    if kind in TEXTS and most is not None:
        longest = SHORT_TEXT if kind == "short_text" else LONG_TEXT
        if not 1 <= most <= longest:
            found.say(f"{path}.max", f"a {kind} has between 1 and {longest} characters")
    if least is not None and most is not None and (least > most or (kind == "rating" and least == most)):
        found.say(f"{path}.min", f"min {least} is not below max {most}")


def _check_options(found: _Check, item: Part, path: str) -> None:
    kind = item["type"]
    options = list(_parts(item, "options"))
    if kind in ("single", "multiple") and "options" not in item:
        found.say(path, f"an item of type {kind} needs options")
    elif kind in ("single", "multiple") and len(options) < 2:
        found.say(f"{path}.options", "a choice needs at least two options")
    _check_twice(found, item, "options", path)
    for i, option in options:
        inner = f"{path}.options[{i}]"
        if kind == "yes_no" and "id" in option and option["id"] not in ("yes", "no"):
            found.say(f"{inner}.id", f"a yes_no item has the options yes and no, not {option['id']!r}")
        if kind != "yes_no" and "label" not in option:
            found.say(inner, "an option needs a label")
        if kind != "multiple" and option.get("exclusive"):
            found.say(f"{inner}.exclusive", "only an item of type multiple has exclusive options")
        _check_references(found, option, inner)


def _check_references(found: _Check, option: Part, path: str) -> None:
    names = found.names
    for outcome in option.get("points") or ():
        _check_name(found, f"{path}.points.{outcome}", "outcome", outcome, names.outcomes)
    for product in option.get("votes") or ():
        _check_name(found, f"{path}.votes.{product}", "product", product, names.products)
    for i, excluded in enumerate(option.get("excludes") or ()):
        known = names.outcomes | names.products
        _check_name(found, f"{path}.excludes[{i}]", "outcome or product", excluded, known)


def _check_goto(found: _Check, branch: Part, position: int, path: str) -> None:
    if "when" in branch:
        found.condition(branch["when"], f"{path}.when", position + 1)
    to = branch.get("to")
    if to is None or to == END:
        return
    if to not in found.names.items:
        found.say(f"{path}.to", f"there is no item '{to}'{did_you_mean(to, [*found.names.items, END])}")
    elif found.names.items[to][0] <= position:
        found.say(f"{path}.to", f"goes back to '{to}'; a quiz only goes forward, so that nobody is asked in circles")


# results -----------------------------------------------------------------------------------------------------------


def _check_outcomes(found: _Check, document: Part) -> None:
    for i, outcome in _parts(document, "outcomes"):
        path = f"outcomes[{i}]"
        if "when" in outcome:
            found.condition(outcome["when"], f"{path}.when", len(found.names.items))
        for j, product in enumerate(outcome.get("products") or ()):
            _check_name(found, f"{path}.products[{j}]", "product", product, found.names.products)
    fallback = document.get("fallback")
    if fallback is not None:
        _check_name(found, "fallback", "outcome", fallback, found.names.outcomes)
    elif document.get("outcomes"):
        found.say("outcomes", "a quiz with outcomes needs a fallback: the outcome for answers that gave no points")


def _check_products(found: _Check, document: Part) -> None:
    for i, product in _parts(document, "products"):
        path = f"products[{i}]"
        if product.get("id") in found.names.outcomes:
            found.say(f"{path}.id", f"{product['id']!r} is an outcome too; excludes could not tell them apart")
        if "price" not in product:
            continue
        currency = product.get("currency")
        if currency is None:
            found.say(f"{path}.price", "a price needs a currency, such as SAR")
            continue
        try:
            exponent(currency)
        except ValueError as error:
            found.say(f"{path}.currency", str(error))
            continue
        try:
            if parse_minor(product["price"], currency) < 0:
                found.say(f"{path}.price", "a price is 0 or more")
        except ValueError as error:
            found.say(f"{path}.price", str(error))


def _check_contact(found: _Check, document: Part) -> None:
    contact = document.get("contact")
    if not isinstance(contact, Mapping):
        return
    consent = contact.get("consent")
    for channel, wording in (("email", "email"), ("phone", "sms")):
        asked = channel in (contact.get("channels") or ())
        worded = isinstance(consent, Mapping) and wording in consent
        if asked and isinstance(consent, Mapping) and not worded:
            found.say("contact.consent", f"the channel {channel} needs the wording of consent.{wording}")
        if worded and not asked:
            found.say(f"contact.consent.{wording}", f"consent for {wording} is never asked: add {channel} to channels")


# names and languages -----------------------------------------------------------------------------------------------


def _check_name(found: _Check, path: str, noun: str, name: str, known: Iterable[str]) -> None:
    names = sorted(known)
    if name not in names:
        found.say(path, f"there is no {noun} '{name}'{did_you_mean(name, names)}")


def _check_twice(found: _Check, document: Part, key: str, path: str = "") -> None:
    seen: dict[str, int] = {}
    for i, one in _parts(document, key):
        if "id" not in one:
            continue
        inner = f"{path}.{key}[{i}].id" if path else f"{key}[{i}].id"
        if one["id"] in seen:
            found.say(inner, f"the id '{one['id']}' is taken by {key}[{seen[one['id']]}]")
        seen.setdefault(one["id"], i)


def _check_languages(found: _Check, part: object, path: str) -> None:
    """Texts in languages that the quiz does not have: they would never be shown."""
    if isinstance(part, list):
        for i, one in enumerate(part):
            _check_languages(found, one, f"{path}[{i}]")
    elif isinstance(part, Mapping):
        for key, inner in part.items():
            here = f"{path}.{key}" if path else str(key)
            if key in _TEXTS and isinstance(inner, Mapping):
                for lang in sorted(set(inner) - set(found.names.languages)):
                    listed = ", ".join(found.names.languages)
                    found.say(f"{here}.{lang}", f"'{lang}' is not among the quiz's languages: {listed}")
            elif key not in ("when", "scores", "points", "votes"):
                _check_languages(found, inner, here)


_TEXTS = frozenset(
    (
        "title",
        "welcome",
        "thanks",
        "text",
        "help",
        "decides",
        "low",
        "high",
        "label",
        "name",
        "synonyms",
        "email",
        "sms",
    )
)


def _named(document: Part, key: str) -> list[tuple[int, str]]:
    """Positions and ids of the parts in a list of a document."""
    return [(position, str(one["id"])) for position, one in _parts(document, key) if "id" in one]


def _parts(document: Part, key: str) -> Iterator[tuple[int, Part]]:
    """The mappings in a list of a document, with their positions."""
    listed = document.get(key)
    for position, one in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(one, Mapping):
            yield position, one
