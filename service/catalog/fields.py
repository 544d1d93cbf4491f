"""The kinds of values that definitions are made of, with errors a marketer can act on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from service.domain.errors import InvalidInput
from service.domain.tags import check as check_tag
from service.domain.text import is_storable

UNKNOWN_KEY = "unknown key"
LONGEST_TEXT = 4_000
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9_-]{0,62}[a-z0-9])?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.ASCII | re.IGNORECASE)
SCHEMES = ("https", "http", "mailto", "tel")
_COMMON: dict[str, Any] = {"required": "is missing", "null": "has no value; give it one or leave the key out"}


class Definition(Schema):
    """A mapping with known keys only."""

    class Meta:
        unknown = RAISE

    error_messages = {
        "unknown": UNKNOWN_KEY,
        "type": "expected a mapping of keys and values",
    }


class Word(fields.String):
    """A text without languages, such as an address or the name of a drawing."""

    default_error_messages = {**_COMMON, "invalid": "expected a text; put quotes around it"}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return _clean(super()._deserialize(value, attr, data, **kwargs) or "", longest=500)


class Address(Word):
    """Where a link leads: an address of the web, of mail or of a phone, or a path of the shop."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        # Browsers pass over control characters, so that "java\tscript:" is a scheme to them.
        if any(char.isspace() or not char.isprintable() for char in text):
            raise ValidationError("an address has no spaces; write %20 instead")
        scheme = _SCHEME.match(text)
        if scheme and scheme[1].lower() not in SCHEMES:
            allowed = ", ".join(f"{one}:" for one in SCHEMES)
            raise ValidationError(f"a link does not lead to {scheme[1]}: but to {allowed} or a path such as /shop/soap")
        return text


class Slug(Word):
    """A name chosen by the author that answers and conditions refer to."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not _SLUG.fullmatch(text):
            raise ValidationError(f"{text!r} is no id: use a-z, 0-9, - and _ (at most 64)" + _nearest_slug(text))
        return text


class Tag(Word):
    """A tag for the email tool."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            return check_tag(super()._deserialize(value, attr, data, **kwargs))
        except InvalidInput as error:
            raise ValidationError(str(error)) from error


class Language(Word):
    """A language code, such as en or ar."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not _LANGUAGE.fullmatch(text):
            raise ValidationError(f"{text!r} is no language: write its code, such as en or ar")
        return text


class OneOf(Word):
    """A word from a list."""

    def __init__(self, words: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = words

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text not in self.words:
            raise ValidationError(f"{text!r} is not one of {', '.join(self.words)}" + did_you_mean(text, self.words))
        return text


class Whole(fields.Integer):
    """A whole number within bounds."""

    default_error_messages = {**_COMMON, "invalid": "expected a whole number"}

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=_between(least, most), **kwargs)


class Day(Word):
    """A day of the calendar, ``2026-01-31``."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if not is_day(text):
            raise ValidationError(f'{text!r} is no day: write it as in "2026-01-31"')
        return text


class Bound(fields.Field[int | str]):
    """A whole number within bounds; for dates a day."""

    default_error_messages = _COMMON

    def __init__(self, least: int, most: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.whole, self.day = Whole(least, most), Day()

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int | str:
        if isinstance(value, str) and is_day(value):
            return value
        whole: int = self.whole.deserialize(value, attr, data)
        return whole


class Share(fields.Field[float]):
    """A share between 0 and 1."""

    default_error_messages = _COMMON

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
            raise ValidationError("expected a share above 0 and up to 1; 20 % is 0.2")
        return float(value)


class Flag(fields.Field[bool]):
    """True or false, and nothing that merely looks like it."""

    default_error_messages = _COMMON

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise ValidationError("expected true or false")
        return value


class Texts(fields.Field[dict[str, str]]):
    """One text in several languages: ``{en: …, ar: …}``."""

    default_error_messages = _COMMON

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, str]:
        if isinstance(value, str):
            raise ValidationError("expected a text per language: {en: …, ar: …}")
        if not isinstance(value, Mapping) or not value:
            raise ValidationError("expected a text per language: {en: …, ar: …}")
        errors: dict[str, Any] = {}
        for lang, text in value.items():
            try:
                _language(lang)
                if not isinstance(text, str):
                    raise ValidationError("expected a text; put quotes around it")
                if not _clean(text, LONGEST_TEXT):
                    raise ValidationError("is empty")
            except ValidationError as error:
                errors[str(lang)] = error.messages
        if errors:
            raise ValidationError(errors)
        return {lang: text.strip() for lang, text in value.items()}


class WordLists(fields.Field[dict[str, list[str]]]):
    """Words per language: ``{en: [dry, tight], ar: [جافة]}``."""

    default_error_messages = _COMMON

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, list[str]]:
        if not isinstance(value, Mapping):
            raise ValidationError("expected a list of words per language: {en: [dry, tight], ar: [جافة]}")
        errors: dict[str, Any] = {}
        for lang, words in value.items():
            try:
                _language(lang)
                if not isinstance(words, list):
                    raise ValidationError("expected a list of words: [dry, tight]")
                wrong = {i: _word_problem(word) for i, word in enumerate(words) if _word_problem(word)}
                if wrong:
                    raise ValidationError(wrong)
            except ValidationError as error:
                errors[str(lang)] = error.messages
        if errors:
            raise ValidationError(errors)
        return {lang: [word.strip() for word in words] for lang, words in value.items()}


class Weights(fields.Field[dict[str, Any]]):
    """Numbers by id: scores per trait, points per outcome, votes per product."""

    default_error_messages = _COMMON

    def __init__(self, limit: int, *, whole: bool, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.limit = limit
        self.whole = whole

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise ValidationError("expected numbers by id: {some_id: 2}")
        errors = {str(key): wrong for key, number in value.items() if (wrong := self._problem(key, number))}
        if errors:
            raise ValidationError({key: [message] for key, message in errors.items()})
        return dict(value)

    def _problem(self, key: object, number: object) -> str | None:
        if not isinstance(key, str) or not _SLUG.fullmatch(key):
            return f"{key!r} is no id: use a-z, 0-9, - and _"
        kind = "a whole number" if self.whole else "a number"
        if isinstance(number, bool) or not isinstance(number, int if self.whole else int | float):
            return f"expected {kind}, not {number!r}"
        if not abs(number) <= self.limit:  # also false for NaN
            return f"expected {kind} from -{self.limit} to {self.limit}"
        return None


class Price(fields.Field[str]):
    """An amount in the currency's main unit, as text so that nothing is lost: ``"89.00"``."""

    default_error_messages = _COMMON

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise ValidationError('expected an amount in quotes: "89.00"')
        return _clean(str(value), 40)


class Condition(fields.Field[dict[str, Any]]):
    """A condition; only its outer form is looked at here, the condition language reads the rest."""

    default_error_messages = _COMMON

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise ValidationError("a condition is a mapping: {fact, op, value}, or all, any, not")
        return dict(value)


class Many(fields.List[Any]):
    """A list of one kind of value."""

    default_error_messages = {**_COMMON, "invalid": "expected a list"}

    def __init__(self, inner: fields.Field[Any], *, least: int = 0, most: int = 200, **kwargs: Any) -> None:
        word = "entry" if least == 1 else "entries"
        length = validate.Length(
            least, most, error=f"expected at least {least} {word}, at most {most}" if least else f"at most {most}"
        )
        super().__init__(inner, validate=length, **kwargs)


class Part(fields.Nested):
    """A definition inside a definition."""

    default_error_messages = {**_COMMON, "type": "expected a mapping of keys and values"}


def is_day(text: str) -> bool:
    """Whether it is a day of the calendar as we write it."""
    try:
        return bool(_DAY.fullmatch(text)) and bool(date.fromisoformat(text))
    except ValueError:
        return False


def did_you_mean(word: str, known: Any) -> str:
    """``; did you mean …?`` for the nearest known word, or nothing."""
    from difflib import get_close_matches

    close = get_close_matches(str(word), [str(one) for one in known], 1, 0.6)
    return f"; did you mean {close[0]}?" if close else ""


def _between(least: int, most: int) -> validate.Range:
    return validate.Range(least, most, error=f"expected a whole number from {least} to {most}")


def _clean(text: str, longest: int) -> str:
    if not is_storable(text):
        raise ValidationError("contains characters that cannot be kept")
    if len(text) > longest:
        raise ValidationError(f"is longer than {longest} characters")
    return text.strip()


def _language(lang: object) -> None:
    if not isinstance(lang, str) or not _LANGUAGE.fullmatch(lang):
        raise ValidationError(f"{lang!r} is no language: write its code, such as en or ar")


def _word_problem(word: object) -> list[str]:
    if not isinstance(word, str):
        return ["expected a word; put quotes around it"]
    try:
        return [] if _clean(word, 100) else ["is empty"]
    except ValidationError as error:
        return [str(message) for message in error.messages]


def _nearest_slug(text: str) -> str:
    slug = re.sub(r"[^a-z0-9_-]+", "-", text.lower()).strip("-_")[:64]
    return f"; for example {slug}" if slug and _SLUG.fullmatch(slug) else ""
