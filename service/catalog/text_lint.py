"""What is filled into texts: references that name something, the same in every language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from service.catalog.fields import did_you_mean
from service.domain import piping
from service.domain.quiz import OTHER
from service.domain.text import Text

Part = Mapping[str, Any]
Found = Iterator[tuple[str, str]]

_ANSWER = "answer."


def problems(document: Part, items: Mapping[str, tuple[int, Part]]) -> Found:
    """Paths and messages of references that cannot be filled in."""
    everything = len(items)
    for key in ("welcome", "thanks"):
        yield from _texts(document.get(key), key, items, 0 if key == "welcome" else everything)
    for i, item in enumerate(_parts(document, "items")):
        for key in ("text", "help"):
            yield from _texts(item.get(key), f"items[{i}].{key}", items, i)
        for j, option in enumerate(_parts(item, "options")):
            suggestion = option.get("suggestion")
            if isinstance(suggestion, Mapping):
                path = f"items[{i}].options[{j}].suggestion.text"
                yield from _texts(suggestion.get("text"), path, items, i + 1)
            yield from _never_filled(option.get("label"), f"items[{i}].options[{j}].label")
    for i, outcome in enumerate(_parts(document, "outcomes")):
        for key in ("title", "text"):
            yield from _texts(outcome.get(key), f"outcomes[{i}].{key}", items, everything)
    yield from _never_filled(document.get("title"), "title")


def mismatches(path: str, text: Text) -> Found:
    """Languages of a text that do not fill in what the others do."""
    named = {lang: {one.name for one in piping.references(words)} for lang, words in text.by_lang.items() if words}
    everything = set().union(*named.values()) if named else set()
    for lang, names in named.items():
        for missing in sorted(everything - names):
            yield f"{path}.{lang}", f"does not say {{{{{missing}}}}}, which another language does"


def _texts(texts: object, path: str, items: Mapping[str, tuple[int, Part]], before: int) -> Found:
    for lang, words in texts.items() if isinstance(texts, Mapping) else ():
        if not isinstance(words, str):
            continue
        if piping.malformed(words):
            yield f"{path}.{lang}", "has braces that are no reference: write {{answer.skin}} or {{answer.skin|words}}"
        for reference in piping.references(words):
            wrong = _wrong(reference, items, before)
            if wrong:
                yield f"{path}.{lang}", wrong


def _never_filled(texts: object, path: str) -> Found:
    for lang, words in texts.items() if isinstance(texts, Mapping) else ():
        if isinstance(words, str) and piping.OPENS in words:
            yield f"{path}.{lang}", "nothing is filled in here; a reference stands in questions, statements and results"


def _wrong(reference: piping.Reference, items: Mapping[str, tuple[int, Part]], before: int) -> str | None:
    name = reference.name
    if name in piping.CUSTOMER:
        if reference.fallback is None:
            return f"{{{{{name}}}}} is not known of everybody: write {{{{{name}|words to say then}}}}"
        return None
    item_id = name.removeprefix(_ANSWER).removesuffix(f".{OTHER}")
    if not name.startswith(_ANSWER) or item_id not in items:
        known = [*piping.CUSTOMER, *(f"{_ANSWER}{one}" for one in items)]
        return f"there is nothing called {name!r} to fill in{did_you_mean(name, known)}"
    if items[item_id][0] >= before:
        return f"{name!r} is asked later than here, so there is no answer yet"
    return None


def _parts(document: Part, key: str) -> list[Part]:
    listed = document.get(key)
    return [one if isinstance(one, Mapping) else {} for one in listed] if isinstance(listed, list) else []
