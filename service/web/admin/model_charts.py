"""The charts of a model card: how often it is right, whether its probabilities hold, who is taken for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.domain.models import THRESHOLD
from service.web import charts
from service.web.admin import words
from service.web.charts import Bar, Chart, Table
from service.web.i18n import _, number, percent, reader


@dataclass(frozen=True)
class Confusion:
    """Who is taken for whom.

    :param personas: names, in the order of rows and columns
    :param rows: of each true persona: its number among those of its row that were said to be each, and the share
    """

    personas: list[str]
    rows: list[tuple[str, list[tuple[int, str]]]]


def accuracy(judged: Mapping[str, Any]) -> Chart:
    """The model beside comparing with the portraits and always guessing the most frequent persona."""
    names = {
        "trained": _("this model"),
        "prototypes": _("comparing with the portraits"),
        "majority": _("always guessing the most frequent"),
    }
    scores = {key: judged["classifiers"][key] for key in names if key in judged["classifiers"]}
    bars = [
        Bar(
            names[key],
            one["accuracy"],
            percent(one["accuracy"]),
            _("with 95 %% certainty between %(low)s and %(high)s", low=percent(one["low"]), high=percent(one["high"])),
            tone="" if key == "trained" else "rest",
            interval=(one["low"], one["high"]),
        )
        for key, one in scores.items()
    ]
    rows = tuple((bar.label, bar.shown, bar.note) for bar in bars)
    other = scores.get("prototypes") or scores["majority"]
    said = {"right": percent(scores["trained"]["accuracy"]), "portraits": percent(other["accuracy"])}
    title = (
        _("It is right for %(right)s of customers, the portraits for %(portraits)s", **said)
        if "prototypes" in scores
        else _("It is right for %(right)s of customers, guessing for %(portraits)s", **said)
    )
    note = _(
        "Each of %(n)s labelled customers was judged by a model that had not seen them (%(folds)s parts).",
        n=number(judged["customers"]),
        folds=number(judged["folds"]),
    )
    headers = (_("Way"), _("Right"), _("Range"))
    return Chart(title, charts.bars(bars, rtl=_rtl(), greatest=1), Table(headers, rows), note)


def promises(score: Mapping[str, Any]) -> Chart | None:
    """How often it was right when it promised a probability."""
    bins = [one for one in score["calibration"] if one["customers"]]
    if not bins:
        return None
    bars = [
        Bar(
            _("promised %(low)s to %(high)s", low=percent(one["low"]), high=percent(one["high"])),
            one["share_right"],
            percent(one["share_right"]),
            _("n = %(n)s customers", n=number(one["customers"])),
        )
        for one in bins
    ]
    rows = tuple(
        (bar.label, percent(one["mean_probability"], 1), percent(one["share_right"], 1), number(one["customers"]))
        for bar, one in zip(bars, bins, strict=True)
    )
    title = _("Its probabilities are off by %(off)s on average", off=percent(score["calibration_error"], 1))
    headers = (_("Promise"), _("Promised on average"), _("Came true"), _("Customers"))
    return Chart(title, charts.bars(bars, rtl=_rtl(), greatest=1), Table(headers, rows))


def abstention(score: Mapping[str, Any]) -> Chart | None:
    """How many get a persona when more certainty is asked for, and how many of those are right."""
    points = score.get("abstention") or []
    if not points:
        return None
    bars = [
        Bar(
            _("from %(share)s probability on", share=percent(one["threshold"])),
            one["coverage"],
            percent(one["coverage"]),
            "" if one["accuracy"] is None else _("of those %(right)s right", right=percent(one["accuracy"])),
            tone="" if one["threshold"] == THRESHOLD else "rest",
        )
        for one in points
    ]
    rows = tuple(
        (bar.label, bar.shown, "–" if one["accuracy"] is None else percent(one["accuracy"], 1))
        for bar, one in zip(bars, points, strict=True)
    )
    used = next((one for one in points if one["threshold"] == THRESHOLD), points[0])
    title = _("%(covered)s of customers get a persona; of the others it stays open", covered=percent(used["coverage"]))
    headers = (_("Asked for"), _("Get a persona"), _("Of those right"))
    return Chart(title, charts.bars(bars, rtl=_rtl(), greatest=1), Table(headers, rows))


def confusion(score: Mapping[str, Any]) -> Confusion:
    """Who is taken for whom, as counts."""
    found = score["confusion"]
    rows = []
    for truth, said in found.items():
        total = sum(said.values())
        cells = [(said[guess], percent(said[guess] / total) if total else "–") for guess in found]
        rows.append((words.persona(truth), cells))
    return Confusion([words.persona(one) for one in found], rows)


def found(score: Mapping[str, Any]) -> list[tuple[str, int, str, str]]:
    """Persona, labelled customers, how many of them it found, and how often its word was right."""
    return [
        (words.persona(one["persona"]), one["labelled"], percent(one["recall"]), percent(one["precision"]))
        for one in score["personas"]
    ]


def gain(one: Mapping[str, float]) -> str:
    """A difference in points with its interval, and whether it may be chance."""
    said = _(
        "%(mean)s points (between %(low)s and %(high)s)",
        mean=number(100 * one["mean"], 1),
        low=number(100 * one["low"], 1),
        high=number(100 * one["high"], 1),
    )
    return said if one["low"] > 0 else _("%(gain)s, which may be chance", gain=said)


def _rtl() -> bool:
    return reader().direction == "rtl"
