"""What must fit together inside a quiz beyond its shape: names that refer to each other, and keys that suit a type.

It reads the document rather than domain objects, so that it can report on the sound parts of a document whose shape
is wrong elsewhere, and everything is said at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from service.catalog import item_rules, text_lint
from service.catalog.answer_conditions import Asked, condition_problems
from service.catalog.fields import did_you_mean
from service.catalog.positions import Where
from service.domain.errors import Problem
from service.domain.money import exponent, parse_decimal, parse_minor
from service.domain.quiz import END

Part = Mapping[str, Any]


@dataclass(frozen=True)
class _Names:
    """Everything in a document that can be referred to."""

    items: Mapping[str, tuple[int, Part]]
    outcomes: frozenset[str]
    products: frozenset[str]
    languages: tuple[str, ...]
    quiz_id: str

    def before_group(self, position: int, item: Part) -> int:
        """Where the item's group begins, or the item: what stands before has been asked in every order."""
        at = dict(self.items.values())
        while item.get("group") and position > 0 and at.get(position - 1, {}).get("group") == item["group"]:
            position -= 1
        return position

    def inside_group(self, item_id: str) -> bool:
        """Whether an item belongs to a group and is not its first."""
        position, item = self.items[item_id]
        before = next((one for at, one in self.items.values() if at == position - 1), {})
        return bool(item.get("group")) and before.get("group") == item.get("group")


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
    for path, message in text_lint.problems(document, names.items):
        found.say(path, message)
    _check_outcomes(found, document)
    _check_products(found, document)
    _check_show(found, document)
    _check_contact(found, document)
    return found.problems


# items -----------------------------------------------------------------------------------------------------------


def _check_item(found: _Check, item: Part, position: int, path: str) -> None:
    if item.get("id") == END:
        found.say(f"{path}.id", f"'{END}' is where a goto ends the quiz; choose another id")
    options = list(_parts(item, "options"))
    if "type" in item:
        for inner, message in item_rules.problems(item, options):
            found.say(f"{path}.{inner}" if inner else path, message)
    _check_twice(found, item, "options", path)
    for i, option in options:
        _check_references(found, option, f"{path}.options[{i}]")
    if "when" in item:
        found.condition(item["when"], f"{path}.when", found.names.before_group(position, item))
    if item.get("group") and "goto" in item:
        found.say(
            f"{path}.goto", f"the items of the group '{item['group']}' change places; none of them leads elsewhere"
        )
    for i, branch in _parts(item, "goto"):
        _check_goto(found, branch, position, f"{path}.goto[{i}]")


def _check_references(found: _Check, option: Part, path: str) -> None:
    names = found.names
    for outcome in option.get("points") or ():
        _check_name(found, f"{path}.points.{outcome}", "outcome", outcome, names.outcomes)
    for product in option.get("votes") or ():
        _check_name(found, f"{path}.votes.{product}", "product", product, names.products)
    for i, excluded in enumerate(option.get("excludes") or ()):
        known = names.outcomes | names.products
        _check_name(found, f"{path}.excludes[{i}]", "outcome or product", excluded, known)
    for i, included in enumerate(option.get("includes") or ()):
        _check_name(found, f"{path}.includes[{i}]", "product", included, names.products)
        if included in (option.get("excludes") or ()):
            found.say(f"{path}.includes[{i}]", f"'{included}' is both included and excluded")
    suggested = (option.get("suggestion") or {}).get("product")
    if suggested is not None:
        _check_name(found, f"{path}.suggestion.product", "product", suggested, names.products)
    _check_range(found, option.get("price") or {}, f"{path}.price")


def _check_range(found: _Check, price: Part, path: str) -> None:
    read = []
    for key in ("min", "max"):
        try:
            read += [parse_decimal(price[key])] if key in price else []
        except ValueError as error:
            found.say(f"{path}.{key}", str(error))
            return
    if len(read) == 2 and read[0] > read[1]:
        found.say(f"{path}.min", f"min {price['min']} is not below max {price['max']}")


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
    elif found.names.inside_group(to):
        found.say(f"{path}.to", f"'{to}' changes places inside its group; go to the group's first item")


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


def _check_show(found: _Check, document: Part) -> None:
    show = document.get("show")
    if not isinstance(show, Mapping):
        return
    if "when" in show:
        found.condition(show["when"], "show.when", 0)
    if show.get("start") and show.get("end") and show["start"] > show["end"]:
        found.say("show.end", f"{show['end']} is before the start, {show['start']}")
    if show.get("per_order") and "again_after_days" in show:
        found.say("show.again_after_days", "a quiz that is asked once an order is asked again with the next order")


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
        "placeholder",
        "wording",
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
