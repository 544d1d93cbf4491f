"""Findings about the ways through a quiz: what nobody comes to, what is never true, how long it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal

from service.catalog.exploring import Explored, explore
from service.catalog.measures import can_win, measure
from service.domain.conditions import facts_read
from service.domain.quiz import END, Item, Quiz

Severity = Literal["error", "warning", "advice"]
Raw = tuple[Severity, str, str, str]
"""Severity, code, path, message."""

QUIZ_QUESTIONS = 12
SURVEY_QUESTIONS = 7
ADVISED = (5, 7)
MOST_TIES = 0.25


def _paths(quiz: Quiz) -> Iterator[tuple[str, Item]]:
    for i, item in enumerate(quiz.items):
        yield f"items[{i}]", item


def _unreachable(quiz: Quiz) -> Iterator[Raw]:
    reached = _reached(quiz)
    found = explore(quiz)
    for i, item in enumerate(quiz.items):
        if i not in reached:
            message = f"nobody gets to '{item.id}': every way goes past it"
            yield "error", "unreachable-item", f"items[{i}]", message
        elif found.complete and i not in found.reached:
            message = f"nobody gets to '{item.id}': no answers lead there"
            if found.held.get(f"items[{i}].when") == {False}:
                message = f"nobody gets to '{item.id}': no answers before it make its condition true"
            yield "error", "unreachable-item", f"items[{i}]", message
    yield from _dead_conditions(quiz, found)


def _dead_conditions(quiz: Quiz, found: Explored) -> Iterator[Raw]:
    if not found.complete:
        return
    for path, verdicts in found.held.items():
        if len(verdicts) > 1:
            continue
        if path.startswith("outcomes") and verdicts == {False}:
            outcome = quiz.outcomes[int(path[len("outcomes[") : path.index("]")])]
            message = f"the outcome '{outcome.id}' can never win: no answers make its condition true"
            yield "error", "outcome-never-wins", path, message
        elif "goto" in path and verdicts == {False}:
            yield "warning", "rule-never-used", path, "no answers make this condition true"
        elif verdicts == {True} and not path.startswith("outcomes"):
            yield "advice", "condition-always-holds", path, "always true of who comes here; leave it out"


def _dead_rules(quiz: Quiz) -> Iterator[Raw]:
    for path, item in _paths(quiz):
        always = next((i for i, branch in enumerate(item.goto) if branch.when is None), len(item.goto))
        for i in range(always + 1, len(item.goto)):
            message = f"never looked at: rule {always + 1} before it has no condition"
            yield "warning", "rule-never-used", f"{path}.goto[{i}]", message


def _reached(quiz: Quiz) -> set[int]:
    """Positions that some way through the quiz may come to; conditions are taken to hold or fail freely."""
    reached: set[int] = set()
    todo = [0]
    while todo:
        position = todo.pop()
        if position < len(quiz.items) and position not in reached:
            reached.add(position)
            todo += _next_positions(quiz, position)
    return reached


def _next_positions(quiz: Quiz, position: int) -> list[int]:
    item = quiz.items[position]
    found = [position + 1] if item.when is not None else []
    for branch in item.goto:
        found.append(len(quiz.items) if branch.to == END else quiz.index[branch.to])
        if branch.when is None:
            return found
    return [*found, position + 1]


def longest_path(quiz: Quiz) -> int:
    """The most questions that one person may be asked."""
    most = [0] * (len(quiz.items) + 1)
    for position in reversed(range(len(quiz.items))):
        asked = 0 if quiz.items[position].type == "statement" else 1
        after = [most[one] for one in _next_positions(quiz, position)]
        most[position] = asked + max(after)
    return most[0]


def _measured(quiz: Quiz) -> Iterator[Raw]:
    """What random ways through the quiz say about it."""
    found = measure(quiz)
    if found.usual > ADVISED[1]:
        message = (
            f"the usual way has {found.usual} questions and takes about {found.seconds} seconds;"
            f" {ADVISED[0]} to {ADVISED[1]} are finished most often"
        )
        yield "advice", "long", "items", message
    if found.ties > MOST_TIES:
        message = f"on {found.ties:.0%} of random ways several outcomes have as many points; `tie: {quiz.tie}` decides"
        yield "advice", "ties", "outcomes", message
    for i, outcome in enumerate(quiz.outcomes):
        points = any(one.points.get(outcome.id, 0) > 0 for item in quiz.items for one in item.options)
        if outcome.when is None and points and not found.outcomes[outcome.id] and not can_win(quiz, outcome.id):
            message = f"the outcome '{outcome.id}' won on no way that was tried; others always have more points"
            yield "warning", "outcome-never-won", f"outcomes[{i}]", message


def _needs_proof(quiz: Quiz) -> Iterator[Raw]:
    """Conditions over the customer, who is known only behind a signed link."""
    for path, item in _paths(quiz):
        for key, when in (("when", item.when), *((f"goto[{i}].when", one.when) for i, one in enumerate(item.goto))):
            read = facts_read(when) if when is not None else ()
            outside = sorted(name for name in read if not name.startswith(("answer.", "skipped.")))
            if outside:
                message = f"{outside[0]} is known only of who comes by a signed link; of others this is never true"
                yield "advice", "needs-signed-link", f"{path}.{key}", message


def _too_long(quiz: Quiz) -> Iterator[Raw]:
    advised = SURVEY_QUESTIONS if quiz.kind == "survey" else QUIZ_QUESTIONS
    longest = longest_path(quiz)
    if longest > advised:
        message = f"up to {longest} questions for one person; a {quiz.kind} of at most {advised} is finished more often"
        yield "warning", "too-many-questions", "items", message


WAYS: tuple[Callable[[Quiz], Iterator[Raw]], ...] = (_unreachable, _dead_rules, _too_long, _needs_proof)
MEASURED: tuple[Callable[[Quiz], Iterator[Raw]], ...] = (_measured,)
"""Those that take a second and keep nothing from being published."""
