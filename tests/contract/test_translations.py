"""The admin in Arabic: nothing is missing, nothing is lost on the way, and numbers read right."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from flask import Flask

from service.domain.money import Money
from service.translations import extract
from service.web import i18n
from service.web.i18n import Reader

_VALUE = re.compile(r"%\((\w+)\)s")
NOON = 1_780_304_400_000_000  # 2026-06-01, noon in Riyadh


@pytest.fixture
def app() -> Iterator[Flask]:
    app = Flask("test")
    i18n.init_app(app)
    with app.test_request_context():
        yield app


def reads(lang: str, numerals: str = "latn") -> None:
    i18n.set_reader(Reader(lang, "Asia/Riyadh", "SAR", numerals, NOON))


def test_every_message_is_translated() -> None:
    assert extract.untranslated("ar") == []


def test_no_translation_is_left_over() -> None:
    used = {found if isinstance(found, str) else found[0] for found in extract.messages()}
    known = {one.id if isinstance(one.id, str) else one.id[0] for one in extract.load("ar") if one.id}
    assert known - used == set()


def test_every_value_of_a_message_is_in_its_translation() -> None:
    for message in extract.load("ar"):
        if isinstance(message.id, str):
            assert set(_VALUE.findall(message.id)) == set(_VALUE.findall(str(message.string))), message.id
        else:  # one and two are written as words
            for form in list(message.string or ())[3:]:
                assert set(_VALUE.findall(message.id[1])) == set(_VALUE.findall(form)), message.id


def test_arabic_messages_are_arabic() -> None:
    for message in extract.load("ar"):
        source = message.id if isinstance(message.id, str) else message.id[1]
        if source == "Webhook" or not re.search(r"[A-Za-z]", _VALUE.sub("", source)):
            continue
        for form in [message.string] if isinstance(message.string, str) else message.string or ():
            assert re.search(r"[\u0621-\u064A]", str(form)), source


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "لا عملاء"),
        (1, "عميل واحد"),
        (2, "عميلان"),
        (3, "3 عملاء"),
        (10, "10 عملاء"),
        (11, "11 عميلًا"),
        (99, "99 عميلًا"),
        (100, "100 عميل"),
        (103, "103 عملاء"),
        (1_960, "1,960 عميلًا"),
    ],
)
def test_arabic_counts_in_all_its_forms(app: Flask, count: int, said: str) -> None:
    reads("ar")
    assert i18n.ngettext("%(num)s customer", "%(num)s customers", count) == said


def test_money_is_written_in_the_readers_way_and_its_own_currency(app: Flask) -> None:
    reads("en")
    assert i18n.money(123_450) == "SAR\N{NO-BREAK SPACE}1,234.50"
    assert i18n.money(Money(1_234_567, "KWD")) == "KWD\N{NO-BREAK SPACE}1,234.567"
    assert i18n.money(Money(1_234, "JPY")) == "¥1,234"
    assert i18n.money(123_450, whole=True) == "SAR\N{NO-BREAK SPACE}1,234"
    assert i18n.money(None) == "–"
    reads("ar", "arab")
    assert "١٬٢٣٤٫٥٠" in i18n.money(123_450)


def test_a_minus_stands_before_the_number_in_arabic_too(app: Flask) -> None:
    reads("ar")
    assert i18n.number(-0.25, 2) == "\N{LEFT-TO-RIGHT MARK}-0.25"
    reads("en")
    assert i18n.number(-0.25, 2) == "-0.25"


def test_days_are_those_of_the_shop(app: Flask) -> None:
    reads("en")
    evening = NOON + 10 * 3600 * 1_000_000  # 19:00 in UTC, 22:00 in Riyadh
    assert i18n.day(evening + 3 * 3600 * 1_000_000) == "Jun 2, 2026"
    assert i18n.instant(NOON) == "Jun 1, 2026, 12:00"
    reads("ar", "arab")
    assert i18n.day(NOON) == "١ يونيو ٢٠٢٦"


@pytest.mark.parametrize(
    ("seconds", "english", "arabic"),
    [(10, "just now", "الآن"), (120, "2 minutes ago", "قبل دقيقتين"), (3 * 86_400, "3 days ago", "قبل 3 أيام")],
)
def test_how_long_ago_is_said_in_one_unit(app: Flask, seconds: int, english: str, arabic: str) -> None:
    reads("en")
    assert i18n.ago(NOON - seconds * 1_000_000) == english
    reads("ar")
    assert i18n.ago(NOON - seconds * 1_000_000) == arabic


def test_percentages_use_the_readers_sign(app: Flask) -> None:
    reads("en")
    assert i18n.percent(0.1234, 1) == "12.3%"
    reads("ar", "arab")
    assert i18n.percent(0.1234, 1) == "١٢٫٣٪"


def test_a_template_and_a_module_say_the_same(app: Flask) -> None:
    reads("ar")
    shown = app.jinja_env.from_string(
        "{{ _('Customers') }} {{ ngettext('%(n)s question', '%(n)s questions', 2, n=2) }}"
    )
    assert shown.render() == f"{i18n._('Customers')} سؤالان"


def test_values_in_a_translated_message_cannot_bring_markup(app: Flask) -> None:
    reads("ar")
    shown = app.jinja_env.from_string("{{ _('Who is %(name)s?', name=name) }}").render(name="<script>")
    assert "<script>" not in shown


@pytest.mark.parametrize(
    ("length", "english", "arabic"),
    [(0.04, "40 milliseconds", "40 ملي ثانية"), (1.62, "1.6 seconds", "1.6 ثانية"), (7200.0, "2 hours", "ساعتان")],
)
def test_a_length_of_time_is_said_in_its_largest_unit(app: Flask, length: float, english: str, arabic: str) -> None:
    reads("en")
    assert i18n.seconds(length) == english
    reads("ar")
    assert i18n.seconds(length) == arabic
