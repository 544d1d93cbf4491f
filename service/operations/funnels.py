"""How far people get in a quiz, kept by day so that pages are fast; ``domain.funnel`` says what each count means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.days import start_of
from service.domain.errors import NotFound
from service.domain.funnel import Counts, Step, from_state, to_state, total
from service.operations.context import DAY, Context
from service.store import funnels as store
from service.store import quizzes
from service.store.funnels import KeptDay

PERIOD_DAYS = 28
MOST_DAYS = 400
_SETTLES = 60 * 1_000_000
"""Counts of a day are taken for complete this long after its last change: transactions may end in another order."""


@dataclass(frozen=True)
class Part:
    """Those who came in one version, language and entry."""

    version: int
    lang: str
    entry: str
    counts: Counts


@dataclass(frozen=True)
class Funnel:
    """How far people got in a quiz in the last days.

    :param items: the questions of the present version in its order, then those of earlier ones
    """

    quiz_id: str
    days: int
    counts: Counts
    items: tuple[tuple[str, Step], ...]
    languages: Mapping[str, Counts]
    entries: Mapping[str, Counts]
    versions: Mapping[str, Counts]


def funnel(ctx: Context, quiz_id: str, days: int = PERIOD_DAYS) -> Funnel:
    """How far people got in a quiz, of those who came in the last days, today included.

    :raises NotFound: when there is no such quiz
    """
    stored = quizzes.get(ctx.db, quiz_id)
    if stored is None:
        raise NotFound("quiz", f"there is no quiz '{quiz_id}'; `firasa quizzes list` shows them")
    parts = _parts(ctx, quiz_id, ctx.today - days + 1, ctx.today)
    counts = total(one.counts for one in parts)
    order = [item.id for item in _items(ctx, quiz_id, stored.version)]
    known = [one for one in order if one in counts.items] + [one for one in counts.items if one not in order]
    return Funnel(
        quiz_id=quiz_id,
        days=days,
        counts=counts,
        items=tuple((one, counts.items[one]) for one in known),
        languages=_by(parts, lambda one: one.lang),
        entries=_by(parts, lambda one: one.entry),
        versions=_by(parts, lambda one: str(one.version)),
    )


def to_json(found: Funnel) -> dict[str, Any]:
    """The funnel as a JSON document."""
    parts = {"languages": found.languages, "entries": found.entries, "versions": found.versions}
    return {
        "quiz": found.quiz_id,
        "days": found.days,
        **_counts(found.counts),
        "items": [{"item": item_id, **_step(one)} for item_id, one in found.items],
        **{name: [{"name": one, **_counts(counts)} for one, counts in by.items()] for name, by in parts.items()},
    }


def _counts(counts: Counts) -> dict[str, Any]:
    return {
        "views": counts.seen,
        "starts": counts.starts,
        "completions": counts.completions,
        "start_rate": counts.start_rate,
        "completion_rate": counts.completion_rate,
        "seconds": counts.seconds,
    }


def _step(one: Step) -> dict[str, Any]:
    return {
        "reached": one.reached,
        "answered": one.answered,
        "skipped": one.skipped,
        "left": one.left,
        "drop_off": one.drop_off,
        "seconds": one.seconds,
    }


def _by(parts: Sequence[Part], name: Callable[[Part], str]) -> dict[str, Counts]:
    found: dict[str, Counts] = {}
    for one in parts:
        found.setdefault(name(one), Counts()).add(one.counts)
    return dict(sorted(found.items()))


def _items(ctx: Context, quiz_id: str, version: int) -> Sequence[Any]:
    return ctx.definitions.quiz_version(quiz_id, version).items if version else ()


# counting ----------------------------------------------------------------------------------------------------------


def _parts(ctx: Context, quiz_id: str, first: int, last: int) -> list[Part]:
    """The counts of these days. Those of a day in which nothing changed since are read, the others counted and kept."""
    changed = _last_changes(ctx, quiz_id, first, last)
    kept = store.kept(ctx.db, quiz_id, first, last)
    stale = [day for day, at in changed.items() if day not in kept or kept[day].counted_at < at + _SETTLES]
    fresh = {day: KeptDay(day, _count(ctx, quiz_id, day), ctx.now) for day in sorted(stale)}
    if fresh:
        with ctx.db.write(f"funnel:{quiz_id}") as db:
            store.keep(db, quiz_id, list(fresh.values()))
    return [_part(row) for day in sorted(changed) for row in (fresh.get(day) or kept[day]).state]


def _last_changes(ctx: Context, quiz_id: str, first: int, last: int) -> dict[int, int]:
    """When something last happened to each of these days of the shop."""
    found: dict[int, int] = {}
    for begin, end in _even(first, last, ctx.shop.timezone):
        since, until = (start_of(day, ctx.shop.timezone) for day in (begin, end + 1))
        for day, at in store.last_changes(ctx.db, quiz_id, since, until, begin * DAY - since).items():
            # The last of them may have 25 hours.
            found[min(day, end)] = max(at, found.get(min(day, end), 0))
    return found


def _even(first: int, last: int, zone: str) -> Iterator[tuple[int, int]]:
    """Runs of days that begin 24 hours apart, so that they can be cut by one division: a run ends with the day on which
    the clocks change."""
    begin = first
    for day in range(first, last + 1):
        if day == last or start_of(day + 1, zone) - start_of(day, zone) != DAY:
            yield begin, day
            begin = day + 1


def _count(ctx: Context, quiz_id: str, day: int) -> list[dict[str, Any]]:
    since, until = (start_of(one, ctx.shop.timezone) for one in (day, day + 1))
    found: dict[tuple[int, str, str], Counts] = {}
    for one in store.responses_of(ctx.db, quiz_id, since, until):
        counts = found.setdefault((one.version, one.lang, one.entry), Counts())
        counts.count(ctx.definitions.quiz_version(quiz_id, one.version), one)
    for view in store.views_of(ctx.db, quiz_id, since, until):
        found.setdefault((view.version, view.lang, view.entry), Counts()).views += view.views
    return [
        {"version": version, "lang": lang, "entry": entry, **to_state(counts)}
        for (version, lang, entry), counts in sorted(found.items())
    ]


def _part(row: Mapping[str, Any]) -> Part:
    return Part(row["version"], row["lang"], row["entry"], from_state(row))
