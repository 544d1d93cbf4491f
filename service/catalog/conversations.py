"""Declared conversations: what somebody answers or types, and where a quiz must lead them. Nothing is stored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from marshmallow import ValidationError, fields, validate

from service.catalog.fields import Definition, Language, Many, Part, Slug, Word
from service.catalog.files import resource_dir
from service.catalog.loader import load_quiz_file
from service.catalog.positions import Where, read_file
from service.catalog.schema import shaped
from service.domain import dialogue, flow, quiz_binding, scoring
from service.domain.answers import from_stored, parse, to_json
from service.domain.errors import AnswerError, DefinitionError, InvalidValue
from service.domain.faults import said
from service.domain.quiz import Quiz
from service.domain.responses import Response
from service.domain.turns import Turn
from service.domain.understanding import Asked, understand

SUFFIX = ".test.yaml"
_CURRENCY = "SAR"


class Expect(Definition):
    """Where a conversation must have led."""

    path = Many(Slug(), most=100)
    next = Word(allow_none=True)
    outcome = Word(allow_none=True)
    tags = Many(Word(), most=100)
    products = Many(Word(), most=20)
    answers = fields.Dict(keys=fields.String())
    says = Word()
    refused = Word()


class Conversation(Definition):
    """One conversation."""

    name = Word(required=True)
    lang = Language()
    seed = fields.Integer(strict=True)
    known = fields.Dict(keys=fields.String())
    say = Many(fields.Raw(), most=100, required=True)
    expect = Part(Expect, required=True)


class Conversations(Definition):
    """A file of conversations with one quiz."""

    quiz = Word(required=True)
    now = Word()
    seed = fields.Integer(strict=True, validate=validate.Range(0, 2**32))
    currency = Word()
    conversations = Many(Part(Conversation), least=1, required=True)


@dataclass(frozen=True)
class Told:
    """How a conversation went; ``problems`` is empty when it went as expected."""

    name: str
    file: str
    line: int
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return "\n".join(f"{self.file}:{self.line}: {self.name}: {problem}" for problem in self.problems)


@dataclass
class _State:
    """A conversation under way."""

    quiz: Quiz
    response: Response
    said: list[str] = field(default_factory=list)


def conversation_files(folder: Path | None = None) -> list[Path]:
    """The files of conversations in a folder, the starters' by default."""
    return sorted((folder or resource_dir("quizzes")).glob(f"*{SUFFIX}"))


def run(path: Path) -> list[Told]:
    """Hold all conversations of a file, with the quiz that lies beside it or the starter of that name.

    :raises DefinitionError: when the file or its quiz is wrong
    """
    document, where = read_file(path)
    sound, problems = shaped(Conversations(), document, where)
    if problems:
        raise DefinitionError(problems)
    quiz = quiz_binding.bind(load_quiz_file(_quiz_path(path, sound["quiz"], where)), sound.get("currency", _CURRENCY))
    started = _instant(sound.get("now"), where)
    return [
        Told(one["name"], where.file, where.line(f"conversations[{i}]"), tuple(_hold(quiz, one, sound, started)))
        for i, one in enumerate(sound["conversations"])
    ]


def _quiz_path(path: Path, quiz_id: str, where: Where) -> Path:
    places = [folder / f"{quiz_id}.yaml" for folder in (path.parent, resource_dir("quizzes"))]
    found = next((one for one in places if one.is_file()), None)
    if found is None:
        raise DefinitionError(where.problem("quiz", f"there is no {quiz_id}.yaml beside this file"))
    return found


def _instant(now: str | None, where: Where) -> int:
    try:
        when = datetime.fromisoformat(now) if now else datetime(2026, 1, 1, tzinfo=UTC)
    except ValueError:
        raise DefinitionError(where.problem("now", "write a time such as 2026-06-01T09:00:00Z")) from None
    return int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1_000_000)


# holding one -------------------------------------------------------------------------------------------------------


def _hold(quiz: Quiz, one: Mapping[str, Any], shared: Mapping[str, Any], started: int) -> Iterator[str]:
    """What did not go as expected."""
    response = Response(
        id=0,
        public_id="r_test",
        quiz_id=quiz.id,
        version=quiz.version,
        lang=quiz.lang(one.get("lang")),
        status="open",
        revision=0,
        seed=one.get("seed", shared.get("seed", 1)),
        started_at=started,
        updated_at=started,
        known={name: from_stored(value) for name, value in (one.get("known") or {}).items()},
    )
    state = _State(quiz, response)
    expect = one["expect"]
    refusal = ""
    for number, step in enumerate(one["say"], start=1):
        try:
            _take(state, step)
        except AnswerError as error:
            refusal = (said(error, state.response.lang) if isinstance(error, InvalidValue) else "") or str(error)
            if "refused" in expect and number == len(one["say"]):
                break
            yield f"step {number} ({step!r}) was refused: {error}"
            return
        except ValidationError as error:
            yield f"step {number}: {error.messages[0]}"
            return
    if "refused" in expect and expect["refused"] not in refusal:
        yield f"expected a refusal that says {expect['refused']!r}, found {refusal or 'none'!r}"
    yield from _compare(state, expect)


def _take(state: _State, step: object) -> None:
    """One step: ``{item: value}`` is tapped, a text is typed."""
    path = flow.of(state.quiz, state.response)
    if isinstance(step, str):
        found = _understood(state, path, step)
        if not found:
            raise InvalidValue(f"nothing was understood in {step!r}")
        for item_id, raw in found:
            _answer(state, item_id, raw)
    elif isinstance(step, Mapping) and len(step) == 1:
        ((item_id, raw),) = step.items()
        _answer(state, str(item_id), raw)
    else:
        raise ValidationError("a step is {item: value}, or a text that is typed")


def _understood(state: _State, path: flow.Path, text: str) -> Sequence[tuple[str, object]]:
    quiz, answers = state.quiz, state.response.answers
    here = quiz.index[path.next.id] if path.next else len(quiz.items)
    later = tuple(item for item in quiz.items[here + 1 :] if item.type != "statement" and item.id not in answers)
    asked = Asked(quiz, path.next, later, {item.id: answers[item.id] for item in path.answered})
    return understand(asked, text).values


def _answer(state: _State, item_id: str, raw: object) -> None:
    quiz, response = state.quiz, state.response
    item = flow.accepts(quiz, response.answers, item_id, response.known, response.seed)
    given = {**response.answers, item_id: parse(item, raw)}
    off = flow.walk(quiz, given, response.known, response.seed).leaves_out(given)
    kept = {one: value for one, value in given.items() if one not in off}
    state.response = Response(**{**vars(response), "answers": kept, "revision": response.revision + 1})
    state.said += _words(dialogue.turn(quiz, state.response))


def _words(turn: Turn) -> list[str]:
    asked = [turn.item.text] if turn.item else []
    return [message.text for message in turn.messages] + asked


# comparing ---------------------------------------------------------------------------------------------------------


def _compare(state: _State, expect: Mapping[str, Any]) -> Iterator[str]:
    path = flow.of(state.quiz, state.response)
    decision = scoring.decide(state.quiz, path.values, state.response.known) if path.complete else None
    outcome = decision.outcome if decision else None
    found: dict[str, object] = {
        "path": [item.id for item in path.answered],
        "next": path.next.id if path.next else None,
        "outcome": outcome.id if outcome else None,
        "tags": sorted(scoring.tags(state.quiz, path.values)),
        "products": [one.id for one in scoring.recommend(state.quiz, path.values, outcome)] if path.complete else [],
    }
    for key, value in found.items():
        wanted = sorted(expect[key]) if key == "tags" and key in expect else expect.get(key, value)
        if wanted != value:
            yield f"expected {key} {_shown(wanted)}, found {_shown(value)}"
    for item_id, wanted in (expect.get("answers") or {}).items():
        value = to_json(path.values.get(item_id))
        if value != wanted:
            yield f"expected the answer {item_id} {_shown(wanted)}, found {_shown(value)}"
    if "says" in expect and not any(expect["says"] in text for text in state.said):
        yield f"nobody said {expect['says']!r}; the last was {state.said[-1] if state.said else 'nothing'!r}"


def _shown(value: object) -> str:
    return ", ".join(str(one) for one in value) or "none" if isinstance(value, list) else str(value)
