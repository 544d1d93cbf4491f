"""Every kind of mistake in a quiz file is reported with its file, line and path, and with what would be right."""

from __future__ import annotations

import pytest

from service.catalog.loader import load_quiz, read_text
from service.domain.errors import DefinitionError, Problem

QUIZ = """\
id: tea
kind: quiz
title: {en: Tea, ar: شاي}
items:
  - id: mood
    type: single
    text:
      en: How are you?
      ar: كيف الحال؟
    options:
      - id: calm
        label: {en: Calm, ar: هادئ}
        points: {mint: 2}
        votes: {leaf: 1}
      - id: tired
        label: {en: Tired, ar: متعب}
        points: {black: 1}
        excludes: [mint]
    goto:
      - when: {fact: answer.mood, op: eq, value: calm}
        to: sugar
  - id: hours
    type: number
    text: {en: "Hours of sleep?", ar: كم ساعة نوم؟}
    min: 0
    max: 24
    when: {fact: answer.mood, op: eq, value: tired}
  - id: sugar
    type: yes_no
    text: {en: Sweet, ar: حلو}
  - id: extras
    type: multiple
    text: {en: "Anything in it?", ar: هل من إضافة؟}
    max: 2
    options:
      - id: lemon
        label: {en: Lemon, ar: ليمون}
      - id: sage
        label: {en: Sage, ar: ميرمية}
outcomes:
  - id: mint
    title: {en: Mint, ar: نعناع}
    text: {en: Fresh., ar: منعش.}
    products: [leaf]
  - id: black
    title: {en: Black, ar: أسود}
    text: {en: Strong., ar: قوي.}
fallback: mint
products:
  - id: leaf
    name: {en: Leaves, ar: أوراق}
    price: "12.50"
    currency: SAR
contact:
  channels: [email]
  text: {en: "Shall we write?", ar: هل نكتب إليك؟}
  consent:
    email: {en: Yes, ar: نعم}
"""


def problems(text: str) -> list[Problem]:
    try:
        load_quiz(*read_text(text, "tea.yaml"))
    except DefinitionError as error:
        return error.problems
    return []


def test_the_quiz_of_these_tests_is_right() -> None:
    assert problems(QUIZ) == []


MISTAKES = [
    # what is there, what is written instead, line, path, part of the message
    ("kind: quiz", "kind: quis", 2, "kind", "'quis' is not one of quiz, survey; did you mean quiz?"),
    ("id: tea", "id: Tea Time", 1, "id", "for example tea-time"),
    ("kind: quiz\n", "", 1, "kind", "is missing"),
    ("fallback: mint", "fallbck: mint", 48, "fallbck", "unknown key 'fallbck'; did you mean fallback?"),
    ("    text:\n      en: How", "    question:\n      en: How", 7, "items[0].question", "did you mean text?"),
    (
        "    options:\n      - id: calm",
        "    choices:\n      - id: calm",
        10,
        "items[0].choices",
        "did you mean options?",
    ),
    (
        "        label: {en: Calm",
        "        colour: red\n        label: {en: Calm",
        12,
        "items[0].options[0].colour",
        "there are",
    ),
    ("type: yes_no", "type: yesno", 29, "items[2].type", "did you mean yes_no?"),
    ("type: yes_no", "type: [yes_no]", 29, "items[2].type", "expected a text"),
    ("    text: {en: Sweet, ar: حلو}\n", "", 28, "items[2].text", "is missing"),
    ("{en: Sweet, ar: حلو}", "Sweet", 30, "items[2].text", "expected a text per language"),
    ("{en: Sweet, ar: حلو}", '{en: Sweet, ar: ""}', 30, "items[2].text.ar", "is empty"),
    ("{en: Sweet, ar: حلو}", "{en: Sweet, ar: 3}", 30, "items[2].text.ar", "put quotes around it"),
    ("{en: Sweet, ar: حلو}", "{en: Sweet, arabic: سكر؟}", 30, "items[2].text.arabic", "write its code"),
    (
        "{en: Sweet, ar: حلو}",
        "{en: Sweet, fr: Sucre}",
        30,
        "items[2].text.fr",
        "not among the quiz's languages: en, ar",
    ),
    ('"12.50"', "twelve", 52, "products[0].price", "'twelve' is not a number"),
    ('"12.50"', "-1", 52, "products[0].price", "0 or more"),
    ('"12.50"', "[1]", 52, "products[0].price", 'in quotes: "89.00"'),
    ("    currency: SAR\n", "", 52, "products[0].price", "needs a currency"),
    ("currency: SAR", "currency: riyal", 53, "products[0].currency", "three capital letters"),
    ("max: 24", "max: many", 26, "items[1].max", "expected a whole number"),
    ("min: 0", "min: 25", 25, "items[1].min", "min 25 is not below max 24"),
    ("points: {mint: 2}", "points: {mint: lots}", 13, "items[0].options[0].points.mint", "expected a whole number"),
    ("points: {mint: 2}", "points: {mint: 2000}", 13, "items[0].options[0].points.mint", "from -100 to 100"),
    ("points: {mint: 2}", "points: [mint]", 13, "items[0].options[0].points", "numbers by id"),
    (
        "points: {mint: 2}",
        "points: {mnt: 2}",
        13,
        "items[0].options[0].points.mnt",
        "no outcome 'mnt'; did you mean mint?",
    ),
    (
        "votes: {leaf: 1}",
        "votes: {leef: 1}",
        14,
        "items[0].options[0].votes.leef",
        "no product 'leef'; did you mean leaf?",
    ),
    ("excludes: [mint]", "excludes: [mynt]", 18, "items[0].options[1].excludes[0]", "no outcome or product 'mynt'"),
    ("products: [leaf]", "products: [leave]", 44, "outcomes[0].products[0]", "no product 'leave'; did you mean leaf?"),
    ("fallback: mint", "fallback: green", 48, "fallback", "there is no outcome 'green'"),
    ("fallback: mint\n", "", 40, "outcomes", "needs a fallback"),
    ("  - id: sugar", "  - id: mood", 28, "items[2].id", "'mood' is taken by items[0]"),
    ("      - id: tired", "      - id: calm", 15, "items[0].options[1].id", "'calm' is taken by options[0]"),
    ("  - id: hours", "  - id: end", 22, "items[1].id", "choose another id"),
    ("  - id: leaf", "  - id: mint", 50, "products[0].id", "is an outcome too"),
    ("        to: sugar", "        to: suger", 21, "items[0].goto[0].to", "no item 'suger'; did you mean sugar?"),
    ("        to: sugar", "        to: mood", 21, "items[0].goto[0].to", "only goes forward"),
    ("value: tired", "value: tierd", 27, "items[1].when", "no option 'tierd'; did you mean tired?"),
    ("op: eq, value: tired", "op: equals, value: tired", 27, "items[1].when.op", "unknown operator 'equals'"),
    ("op: eq, value: tired", "op: lt, value: tired", 27, "items[1].when", "is a choice, which lt cannot compare"),
    (
        "when: {fact: answer.mood, op: eq, value: tired}",
        "when: {fact: answer.moood, op: eq, value: tired}",
        27,
        "items[1].when.fact",
        "did you mean answer.mood?",
    ),
    (
        "when: {fact: answer.mood, op: eq, value: tired}",
        "when: {fact: answer.tea.mood, op: eq, value: tired}",
        27,
        "items[1].when.fact",
        "did you mean answer.mood?",
    ),
    (
        "when: {fact: answer.mood, op: eq, value: tired}",
        'when: {fact: answer.sugar, op: eq, value: "yes"}',
        27,
        "items[1].when.fact",
        "is asked later than here",
    ),
    (
        "when: {fact: answer.mood, op: eq, value: tired}",
        "when: {fact: order.count, op: gt, value: 1}",
        27,
        "items[1].when.fact",
        "did you mean orders.count?",
    ),
    ("when: {fact: answer.mood, op: eq, value: tired}", "when: tired", 27, "items[1].when", "a condition is a mapping"),
    ("type: yes_no", "type: single", 28, "items[2]", "an item of type single needs options"),
    ("type: number", "type: short_text", 25, "items[1].min", "an item of type short_text takes no min"),
    ("    max: 2\n", "    min: 3\n", 34, "items[3].min", "nobody can choose 3 of 2 options"),
    ("    max: 2\n", "    min: 2\n    max: 1\n", 34, "items[3].min", "min 2 is not below max 1"),
    ("type: multiple", "min: 3\n    type: ranking", 32, "items[3].min", "nobody can choose 3 of 2 options"),
    (
        "    max: 2\n    options:\n      - id: lemon",
        "    min: 2\n    options:\n      - exclusive: true\n        id: lemon",
        34,
        "items[3].min",
        "nobody can choose 2 of 1 options that go together with others",
    ),
    (
        "    currency: SAR\n",
        "    currency: SAR\n    url: javascript:alert(1)\n",
        54,
        "products[0].url",
        "to javascript:",
    ),
    ("    currency: SAR\n", '    currency: SAR\n    url: "Data:,x"\n', 54, "products[0].url", "does not lead to Data:"),
    ("    currency: SAR\n", '    currency: SAR\n    url: "java\\tscript:x"\n', 54, "products[0].url", "no spaces"),
    (
        "        label: {en: Calm",
        "        suggestion: {text: {en: A}, link: {url: 'vbscript:x', label: {en: A}}}\n        label: {en: Calm",
        12,
        "items[0].options[0].suggestion.link.url",
        "does not lead to vbscript:",
    ),
    ("    max: 2\n", "    max: 3\n", 34, "items[3].max", "the number of options, 2"),
    ("    max: 2\n", "    low: {en: Less, ar: أقل}\n", 34, "items[3].low", "takes no low"),
    ("    max: 2\n", "    scores: {x: 1}\n", 34, "items[3].scores", "give scores to its options"),
    ("label: {en: Lemon, ar: ليمون}", "tags: [sour]", 36, "items[3].options[0]", "an option needs a label"),
    (
        "        label: {en: Calm",
        "        exclusive: true\n        label: {en: Calm",
        12,
        "items[0].options[0].exclusive",
        "only an item with several answers",
    ),
    (
        "        label: {en: Calm",
        "        tags: [Very Calm]\n        label: {en: Calm",
        12,
        "items[0].options[0].tags[0]",
        "is not a tag",
    ),
    (
        "        label: {en: Calm",
        "        synonyms: {en: [3]}\n        label: {en: Calm",
        12,
        "items[0].options[0].synonyms.en[0]",
        "expected a word",
    ),
    ("  channels: [email]", "  channels: [email, phone]", 57, "contact.consent", "needs the wording of consent.sms"),
    ("  channels: [email]", "  channels: [phone]", 58, "contact.consent.email", "add email to channels"),
    ("  channels: [email]", "  channels: [fax]", 55, "contact.channels[0]", "not one of email, phone"),
    ("    type: yes_no", "    required: no\n    type: yes_no", 29, "items[2].required", "expected true or false"),
    ("    type: yes_no", "    id: again\n    type: yes_no", 29, "items[2].id", "is there twice, first in line 28"),
    ("title: {en: Tea, ar: شاي}", "title: {en: Tea: green, ar: شاي}", 3, "", "is no valid YAML"),
    ("title: {en: Tea, ar: شاي}", "title: &x {en: Tea, ar: شاي}\nthanks: *x", 4, "", "aliases are not taken"),
    ("title: {en: Tea, ar: شاي}", "title: !!python/name:os.system {en: Tea}", 3, "title", "is not taken"),
    ("title: {en: Tea, ar: شاي}", "title:\n  en: Tea: green", 4, "", "needs quotes around it"),
    ("id: tea", "id: te\x07a", 1, "", "control character"),
]


@pytest.mark.parametrize(("there", "instead", "line", "path", "message"), MISTAKES)
def test_a_mistake_is_reported_at_its_place(there: str, instead: str, line: int, path: str, message: str) -> None:
    assert QUIZ.count(there) >= 1
    found = problems(QUIZ.replace(there, instead, 1))
    assert [(one.file, one.line, one.path) for one in found if message in one.message] == [("tea.yaml", line, path)], (
        found
    )


@pytest.mark.parametrize(
    "url",
    [
        "/shop/a:b",
        "shop/soap",
        "?p=1",
        "#top",
        "//shop.example/",
        "HTTPS://shop.example",
        "mailto:a@b.example",
        "tel:+966",
    ],
)
def test_links_lead_to_the_web_to_mail_to_phones_and_within_the_shop(url: str) -> None:
    assert problems(QUIZ.replace("    currency: SAR\n", f'    currency: SAR\n    url: "{url}"\n')) == []


def test_all_mistakes_are_reported_at_once_in_the_order_of_their_lines() -> None:
    text = QUIZ.replace("kind: quiz", "kind: quis").replace("to: sugar", "to: suger").replace('"12.50"', "twelve")
    text = text.replace("max: 24", "max: 24\n    colour: red")
    assert [one.path for one in problems(text)] == [
        "kind",
        "items[0].goto[0].to",
        "items[1].colour",
        "products[0].price",
    ]


def test_a_name_defined_in_a_faulty_part_is_no_unknown_name() -> None:
    found = problems(
        QUIZ.replace("    title: {en: Mint, ar: نعناع}", "    title: Mint").replace("type: yes_no", "type: yesno")
    )
    assert [one.path for one in found] == ["items[2].type", "outcomes[0].title"]


@pytest.mark.parametrize(
    "text", ["", "# only a comment\n", "just words", "- a list", "{", "a: [1, 2", "\t- x", "[" * 5000]
)
def test_what_is_no_definition_is_refused_in_one_sentence(text: str) -> None:
    found = problems(text)
    assert found
    assert found[0].file == "tea.yaml"


def test_a_bare_yes_and_a_date_stay_words() -> None:
    data, _ = read_text("a: yes\nb: 2026-06-01\nc: 010\nd: 1:30\ne: 1_000\nf: NO\n")
    assert data == {"a": "yes", "b": "2026-06-01", "c": "010", "d": "1:30", "e": "1_000", "f": "NO"}


def test_a_document_without_a_file_is_reported_by_path_alone() -> None:
    with pytest.raises(DefinitionError) as caught:
        load_quiz({"id": "x", "kind": "quiz", "title": {"en": "X"}, "items": []})
    assert str(caught.value) == "items: expected at least 1 entry, at most 100"


@pytest.mark.parametrize(
    "document", [None, 3, "quiz", [], {"items": 5}, {"items": [5, None, []]}, {"id": []}, {"contact": 1}]
)
def test_any_document_is_answered_with_problems_and_nothing_else(document: object) -> None:
    with pytest.raises(DefinitionError):
        load_quiz(document)
