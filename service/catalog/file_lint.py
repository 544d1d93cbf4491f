"""Linting files: each by what it holds (a quiz, traits, personas or segments), with the vocabulary beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from service.catalog.answer_conditions import leaves
from service.catalog.fields import did_you_mean
from service.catalog.files import quiz_files, resource_dir, shown
from service.catalog.lint import Finding, from_problem, lint_quiz
from service.catalog.loader import load_personas, load_quiz, load_segments, load_traits
from service.catalog.positions import Where, read_file
from service.catalog.vocabulary import Vocabulary
from service.domain import conditions
from service.domain.errors import DefinitionError
from service.domain.quiz import OTHER, Quiz


@dataclass(frozen=True)
class Checked:
    """What linting found.

    :param files: names of the files looked at
    :param quizzes: those that can be read, by id
    """

    files: tuple[str, ...]
    findings: tuple[Finding, ...]
    quizzes: Mapping[str, Quiz] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        return sum(one.severity == "error" for one in self.findings)

    @property
    def warnings(self) -> int:
        return sum(one.severity == "warning" for one in self.findings)

    @property
    def advice(self) -> int:
        return len(self.findings) - self.errors - self.warnings


def starter_files() -> list[Path]:
    """All definition files of the starters: vocabulary, quizzes, segments."""
    folder = resource_dir("quizzes")
    return [folder / "traits.yaml", folder / "personas.yaml", *quiz_files(folder), folder / "segments.yaml"]


def lint_files(paths: Sequence[Path] = ()) -> Checked:
    """Lint files, the starters by default.

    References to traits and personas are looked up in traits.yaml and personas.yaml among the files, else beside the
    first of them, else in the starters. Facts of quizzes in segments are looked up in the quizzes among the files.
    """
    chosen = list(paths) or starter_files()
    findings: list[Finding] = []
    quizzes: dict[str, Quiz] = {}
    segments: list[tuple[list[dict[str, Any]], Where]] = []
    read = [one for path in chosen for one in _read(path, findings)]
    vocabulary = _vocabulary(chosen, findings)
    for document, where in read:
        try:
            kind = _kind(document)
            if kind == "segments":
                segments.append((load_segments(document, where), where))
            elif kind == "quiz":
                quiz = load_quiz(document, where)
                findings += _twice(quizzes, quiz, where)
                findings += lint_quiz(quiz, where, vocabulary)
            elif kind is None:
                findings.append(from_problem(where.problem("", _UNKNOWN)))
        except DefinitionError as error:
            findings += [from_problem(problem) for problem in error.problems]
    for documents, where in segments:
        findings += _lint_segments(documents, where, quizzes, vocabulary)
    unique = list(dict.fromkeys(findings))
    return Checked(tuple(shown(path) for path in chosen), tuple(unique), quizzes)


_UNKNOWN = "is no definition we know: a quiz has items; the others have traits, psychographic or segments"


def _read(path: Path, findings: list[Finding]) -> Iterable[tuple[object, Where]]:
    try:
        return [read_file(path)]
    except DefinitionError as error:
        findings += [from_problem(problem) for problem in error.problems]
        return []


def _kind(document: object) -> str | None:
    keys = document if isinstance(document, Mapping) else {}
    if "traits" in keys or "psychographic" in keys or "behavioural" in keys:
        return "vocabulary"
    if "segments" in keys:
        return "segments"
    return "quiz" if {"items", "kind", "title"} & set(keys) else None


def _vocabulary(chosen: Sequence[Path], findings: list[Finding]) -> Vocabulary | None:
    try:
        traits_path, personas_path = (_nearest(chosen, name) for name in ("traits.yaml", "personas.yaml"))
        traits = load_traits(*read_file(traits_path))
        personas = load_personas(*read_file(personas_path), traits=traits)
        return Vocabulary(traits, personas)
    except DefinitionError as error:
        findings += [from_problem(problem) for problem in error.problems]
        return None


def _nearest(chosen: Sequence[Path], name: str) -> Path:
    named = next((path for path in chosen if path.name == name), None)
    beside = chosen[0].parent / name
    return named or (beside if beside.is_file() else resource_dir("quizzes") / name)


def _twice(quizzes: dict[str, Quiz], quiz: Quiz, where: Where) -> list[Finding]:
    if quiz.id not in quizzes:
        quizzes[quiz.id] = quiz
        return []
    return [from_problem(where.problem("id", f"the quiz id '{quiz.id}' is taken by another of these files"))]


# segments ----------------------------------------------------------------------------------------------------------


def _lint_segments(
    documents: Sequence[Mapping[str, Any]], where: Where, quizzes: Mapping[str, Quiz], vocabulary: Vocabulary | None
) -> list[Finding]:
    found: list[Finding] = []
    for i, document in enumerate(documents):
        start = f"segments[{i}].when"
        for path, clause in leaves(conditions.parse(document["when"], start), start):
            leaf = clause.leaf if isinstance(clause, conditions.Past) else clause
            if not isinstance(leaf, conditions.Leaf):
                continue
            problem = _unknown_answer(leaf, quizzes) or _unknown_persona(leaf, vocabulary)
            if problem:
                found.append(from_problem(where.problem(path, problem)))
    return found


def _unknown_answer(leaf: conditions.Leaf, quizzes: Mapping[str, Quiz]) -> str | None:
    """Answers of a quiz that is among the files must exist there; other quizzes may be published elsewhere."""
    parts = leaf.fact.split(".")
    if parts[0] not in ("answer", "outcome") or len(parts) < 2 or parts[1] not in quizzes:
        return None
    quiz = quizzes[parts[1]]
    if parts[0] == "outcome":
        known = [outcome.id for outcome in quiz.outcomes]
    else:
        if parts[-1] in (OTHER, "first") and quiz.item(".".join(parts[2:-1])):
            return None
        item = quiz.item(".".join(parts[2:]))
        if item is None:
            names = [f"answer.{quiz.id}.{one.id}" for one in quiz.items]
            return f"the quiz '{quiz.id}' has no answer {leaf.fact!r}{did_you_mean(leaf.fact, names)}"
        known = [option.id for option in item.options]
    return _unknown_value(leaf, known) if known else None


def _unknown_persona(leaf: conditions.Leaf, vocabulary: Vocabulary | None) -> str | None:
    if vocabulary is None:
        return None
    if leaf.fact == "persona.psychographic":
        return _unknown_value(leaf, [*(one.id for one in vocabulary.personas.psychographic), "unknown"])
    if leaf.fact in ("persona.behavioural", "rfm.group"):
        return _unknown_value(leaf, [one.id for one in vocabulary.personas.behavioural])
    if leaf.fact.startswith("trait."):
        traits = [f"trait.{trait.id}" for trait in vocabulary.traits]
        if leaf.fact not in traits:
            return f"there is no fact {leaf.fact!r}{did_you_mean(leaf.fact, traits)}"
    return None


def _unknown_value(leaf: conditions.Leaf, known: Sequence[str]) -> str | None:
    if leaf.op not in ("eq", "ne", "in", "has", "all_of"):
        return None
    for value in leaf.value if isinstance(leaf.value, tuple) else (leaf.value,):
        if value not in known:
            return f"{leaf.fact} is never {value!r}{did_you_mean(str(value), known)}"
    return None
