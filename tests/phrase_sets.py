"""Phrases with what they mean (tests/data/*.yaml), and how well a matcher reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from service.catalog.loader import load_quiz_file
from service.domain.quiz import Quiz
from service.domain.understanding import Asked, Learned, Understood, understand

FOLDER = Path(__file__).with_name("data")
SMALL_TALK = (None, "hello", "thanks")


@dataclass(frozen=True)
class Phrase:
    quiz: Quiz
    item: str
    text: str
    expect: tuple[Any, ...]
    answered: Mapping[str, Any]

    @property
    def unclear(self) -> bool:
        return self.expect == ("unclear",)


@dataclass(frozen=True)
class Verdict:
    """:param guessed: something was taken as understood; ``right``: and it was what is meant, in full"""

    phrase: Phrase
    found: Understood
    guessed: bool
    right: bool
    partly: bool


@dataclass(frozen=True)
class Score:
    verdicts: tuple[Verdict, ...]

    @property
    def meant(self) -> list[Verdict]:
        return [one for one in self.verdicts if not one.phrase.unclear]

    @property
    def wrong(self) -> list[Verdict]:
        return [one for one in self.verdicts if one.guessed and not one.right and not one.partly]

    @property
    def coverage(self) -> float:
        """The share of phrases with a meaning that were understood in full."""
        return sum(one.right for one in self.meant) / len(self.meant)

    @property
    def wrong_share(self) -> float:
        """The share of guesses that were wrong, guesses at phrases that mean nothing included."""
        return len(self.wrong) / max(1, sum(one.guessed for one in self.verdicts))

    @property
    def offered(self) -> float:
        """The share of phrases with a meaning that were not understood, but whose meaning was among those offered."""
        missed = [one for one in self.meant if not one.guessed]
        return sum(_offers(one) for one in missed) / max(1, len(self.meant))


def quizzes() -> dict[str, Quiz]:
    return {path.stem: load_quiz_file(path) for path in sorted((FOLDER / "quizzes").glob("*.yaml"))}


def phrases(name: str) -> list[Phrase]:
    known = quizzes()
    rows = yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))["phrases"]
    return [
        Phrase(
            known[row["quiz"]],
            row["item"],
            row["text"],
            tuple(row["expect"]) if isinstance(row["expect"], list) else (row["expect"],),
            row.get("answered", {}),
        )
        for row in rows
    ]


def asked(phrase: Phrase) -> Asked:
    quiz = phrase.quiz
    at = quiz.index[phrase.item]
    later = tuple(item for item in quiz.items[at + 1 :] if item.type != "statement")
    answered = {key: tuple(value) if isinstance(value, list) else value for key, value in phrase.answered.items()}
    return Asked(quiz, quiz.items[at], later, answered)


def judge(phrase: Phrase, found: Understood) -> Verdict:
    values = dict(found.values)
    talks = found.kind == "talk" and found.wish not in SMALL_TALK
    guessed = talks or bool(values)
    right = any(_same(expected, values, found) for expected in phrase.expect)
    partly = not right and bool(values) and any(_within(expected, values) for expected in phrase.expect)
    return Verdict(phrase, found, guessed, right, partly)


def _same(expected: Any, values: dict[str, Any], found: Understood) -> bool:
    if expected == "unclear":
        return False
    if "talk" in expected:
        return found.kind == "talk" and found.wish == expected["talk"]
    return bool(found.kind == "understood" and values == expected)


def _within(expected: Any, values: dict[str, Any]) -> bool:
    """Whether what was understood is true, but not all there was."""
    if expected == "unclear" or "talk" in expected:
        return False
    return all(item in expected and expected[item] == value for item, value in values.items())


def _offers(one: Verdict) -> bool:
    for expected in one.phrase.expect:
        for item, value in expected.items():
            ids = value if isinstance(value, list) else [value]
            if any((item, str(each)) in one.found.choices for each in ids):
                return True
    return False


def measure(name: str, learned: Callable[[Quiz, str], Learned] | None = None) -> Score:
    found = []
    for phrase in phrases(name):
        scores = learned(phrase.quiz, phrase.text) if learned else None
        found.append(judge(phrase, understand(asked(phrase), phrase.text, scores)))
    return Score(tuple(found))


def table(scores: Mapping[str, Score]) -> str:
    head = f"{'phrases':<16}{'n':>5}{'meant':>7}{'coverage':>10}{'wrong':>8}{'offered':>9}"
    rows = [
        f"{name:<16}{len(one.verdicts):>5}{len(one.meant):>7}{one.coverage:>10.1%}{one.wrong_share:>8.1%}"
        f"{one.offered:>9.1%}"
        for name, one in scores.items()
    ]
    return "\n".join([head, *rows])


__all__ = ["Phrase", "Score", "Verdict", "asked", "judge", "measure", "phrases", "quizzes", "table"]
