"""The reader's language: catalogues, and numbers, money and dates as that reader writes them.

Catalogues are the ``.po`` files themselves, read once at start: nothing binary is committed and nothing is built.
English is written in the source; a missing translation shows English, and a test holds that none is missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, negotiate_locale
from babel.dates import format_skeleton, format_timedelta
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal, format_percent
from babel.support import Translations
from babel.units import format_unit
from flask import Flask, g, has_request_context, request

from service.domain import money as minor
from service.domain.money import Money
from service.domain.text import Text, direction

LANGUAGES: Mapping[str, str] = {"en": "English", "ar": "العربية"}
COOKIE = "lang"
_FOLDER = Path(__file__).resolve().parent.parent / "translations"
_MINUS = re.compile(r"-(?=\d)")
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


@dataclass(frozen=True)
class Reader:
    """Who reads the page.

    :param lang: one of `LANGUAGES`
    :param timezone: name of the shop's time zone
    :param currency: the shop's currency, for amounts that do not say theirs
    :param numerals: ``latn`` (123) or ``arab`` (١٢٣); the latter only in Arabic
    :param now: the instant of this request, UTC microseconds
    """

    lang: str = "en"
    timezone: str = "UTC"
    currency: str = "USD"
    numerals: str = "latn"
    now: int = 0

    @property
    def direction(self) -> str:
        """``rtl`` or ``ltr``."""
        return direction(self.lang)

    @property
    def numbering(self) -> str:
        """The numbering system in force."""
        return "arab" if self.lang == "ar" and self.numerals == "arab" else "latn"


def init_app(app: Flask) -> None:
    """Give the application's templates ``_``, ``ngettext``, the language and the filters."""
    for lang in LANGUAGES:
        translations(lang)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _catalogue().gettext(text),
        lambda one, many, n: _catalogue().ngettext(one, many, n),
        newstyle=True,
    )
    app.jinja_env.globals.update(languages=LANGUAGES, direction=direction)
    app.jinja_env.filters.update(
        money=money,
        number=number,
        percent=percent,
        day=day,
        shop_day=shop_day,
        instant=instant,
        ago=ago,
        iso=iso,
        isolated=isolated,
        seconds=seconds,
        text=text,
        joined=joined,
        country=country,
        language_name=language_name,
        sentence=sentence,
    )
    app.context_processor(lambda: {"lang": reader().lang, "dir": reader().direction})


def wanted_language(chosen: str | None = None) -> str:
    """The language to answer in: the one chosen by the user, else the cookie, else what the browser asks for."""
    for candidate in (chosen or "", request.cookies.get(COOKIE, "")):
        if candidate in LANGUAGES:
            return candidate
    asked = [value.replace("-", "_") for value in request.accept_languages.values()]
    return (negotiate_locale(asked, list(LANGUAGES)) or "en").split("_")[0]


def set_reader(who: Reader) -> None:
    """Say who reads this request's page."""
    g.reader = who


def reader() -> Reader:
    """Who reads this request's page; outside a request an English reader."""
    if not has_request_context():
        return Reader()
    found = g.get("reader")
    if found is None:
        found = g.reader = Reader(lang=wanted_language())
    return found  # type: ignore[no-any-return]


def _(message: str, **values: object) -> str:
    """The message in the reader's language; values fill ``%(name)s``."""
    found = _catalogue().gettext(message)
    return found % values if values else found


def ngettext(one: str, many: str, n: int, **values: object) -> str:
    """The form of a message for ``n`` things; ``%(num)s`` is ``n`` as the reader writes it."""
    return _catalogue().ngettext(one, many, n) % {"num": number(n), **values}


def N_(message: str) -> str:
    """Mark a message for translation where it is written; it is translated where it is shown."""
    return message


@lru_cache(maxsize=len(LANGUAGES))
def translations(lang: str) -> NullTranslations:
    """The catalogue of a language, read from its ``.po`` file."""
    path = _FOLDER / lang / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=lang))
    compiled.seek(0)
    return Translations(compiled)


# filters -----------------------------------------------------------------------------------------------------------


def number(value: float | int | None, places: int = 0) -> str:
    """A number with grouping: ``12,345``; ``–`` when there is none."""
    if value is None:
        return "–"
    pattern = "#,##0" + ("." + "0" * places if places else "")
    return _digits(format_decimal(value, pattern, locale=_locale(), numbering_system=reader().numbering))


def percent(value: float | None, places: int = 0) -> str:
    """A share between 0 and 1 as a percentage."""
    if value is None:
        return "–"
    pattern = "#,##0" + ("." + "0" * places if places else "") + "%"
    shown = _digits(format_percent(value, pattern, locale=_locale(), numbering_system=reader().numbering))
    return shown.replace("%", "٪") if reader().numbering == "arab" else shown


def money(amount: Money | int | None, currency: str | None = None, *, whole: bool = False) -> str:
    """An amount in its currency, or minor units in the shop's. ``whole`` leaves out what is less than one."""
    if amount is None:
        return "–"
    value = amount if isinstance(amount, Money) else Money(amount, currency or reader().currency)
    locale = _locale()
    pattern = locale.currency_formats["standard"].pattern
    if locale.currency_symbols.get(value.currency, value.currency)[-1:].isalpha():
        pattern = pattern.replace("¤#", "¤\N{NO-BREAK SPACE}#")  # SAR 12.00, but $12.00
    if whole:
        pattern = pattern.replace(".00", "")
    shown = format_currency(
        minor.to_text(value),
        value.currency,
        pattern,
        locale=locale,
        currency_digits=not whole,
        numbering_system=reader().numbering,
    )
    return _digits(shown)


def day(value: int | None, *, skeleton: str = "yMMMd") -> str:
    """An instant (UTC microseconds) as a day in the shop's zone."""
    return "–" if value is None else _digits(format_skeleton(skeleton, local(value), locale=_locale()))


def shop_day(value: int | None, *, skeleton: str = "yMMMd") -> str:
    """A day number (days since 1970-01-01) as a date."""
    if value is None:
        return "–"
    return _digits(format_skeleton(skeleton, date(1970, 1, 1) + timedelta(days=value), locale=_locale()))


def instant(value: int | None) -> str:
    """An instant as day and time in the shop's zone."""
    if value is None:
        return "–"
    pattern = str(_locale().datetime_formats["medium"])
    return pattern.replace("{1}", day(value)).replace("{0}", day(value, skeleton="Hm"))


def ago(value: int | None) -> str:
    """How long an instant is before (or after) now, in one unit."""
    if value is None:
        return "–"
    seconds = (value - reader().now) // 1_000_000
    if abs(seconds) < 45:
        return _("just now")
    delta = timedelta(seconds=seconds)
    return _digits(format_timedelta(delta, add_direction=True, threshold=1.5, locale=_locale()))


def seconds(value: float) -> str:
    """A length of time in its largest unit: ``40 milliseconds``, ``1.6 seconds``, ``3 hours``."""
    if value >= 10:
        return _digits(format_timedelta(timedelta(seconds=value), threshold=1.5, locale=_locale()))
    unit = "duration-second" if value >= 1 else "duration-millisecond"
    amount = round(value, 1) if value >= 1 else round(value * 1000)
    return _digits(format_unit(amount, unit, locale=_locale(), numbering_system=reader().numbering))


def text(value: Text | None) -> str:
    """A text of a definition in the reader's language."""
    return "" if value is None else value.get(reader().lang)


def sentence(words: str) -> str:
    """Words with a capital letter in front, as headings and labels want it; the rest stays as it is."""
    return words[:1].upper() + words[1:]


def isolated(name: str) -> str:
    """A name inside a sentence: its direction does not disturb the sentence's."""
    return f"\N{FIRST STRONG ISOLATE}{name}\N{POP DIRECTIONAL ISOLATE}"


def joined(values: list[str], style: str = "standard") -> str:
    """Several words as a list: ``a, b and c``."""
    return format_list(values, style=style, locale=_locale()) if values else ""  # type: ignore[arg-type]


def iso(value: int) -> str:
    """An instant for the ``datetime`` attribute of a ``<time>``."""
    return datetime.fromtimestamp(value / 1_000_000, UTC).isoformat(timespec="seconds")


def local(value: int) -> datetime:
    """An instant in the shop's zone."""
    whole, rest = divmod(value, 1_000_000)
    return datetime.fromtimestamp(whole, UTC).replace(microsecond=rest).astimezone(ZoneInfo(reader().timezone))


def country(code: str | None) -> str:
    """The name of a country in the reader's language; the code itself when it is unknown."""
    return "" if not code else _locale().territories.get(code.upper(), code)


def language_name(code: str | None) -> str:
    """The name of a language in the reader's language."""
    return "" if not code else _locale().languages.get(code.split("-")[0].lower(), code)


def currency_name(code: str) -> str:
    """The name of a currency in the reader's language."""
    return str(_locale().currencies.get(code, code))


# helpers -----------------------------------------------------------------------------------------------------------


def _catalogue() -> NullTranslations:
    return translations(reader().lang)


def _digits(shown: str) -> str:
    # Babel swaps separators for a numbering system, but not the digits themselves, and leaves a minus sign to the
    # direction of the text around it, which in Arabic would put it behind the number.
    if reader().direction == "rtl":
        shown = _MINUS.sub("\N{LEFT-TO-RIGHT MARK}-", shown)
    return shown.translate(_ARABIC_DIGITS) if reader().numbering == "arab" else shown


def _locale() -> Locale:
    return _parsed(reader().lang)


@lru_cache(maxsize=len(LANGUAGES))
def _parsed(lang: str) -> Locale:
    return Locale.parse(lang)
