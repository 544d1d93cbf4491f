"""A linear model of texts, as plain numbers: what scikit-learn fitted, applied without it.

A text becomes two blocks of TF-IDF weights, each of length 1: its words and pairs of words, and the runs of two to five
letters inside its words. A label's score is the sum of its weights times these, plus its bias; probabilities are the
softmax of scores times ``steepness``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.domain.small_words import plain
from service.domain.spelling import forms, is_arabic, words

SHORTEST_RUN, LONGEST_RUN = 2, 5
BLOCKS = ("words", "runs")


def word_features(text: str) -> list[str]:
    """Words and pairs of neighbours, normalised; words that negate are one."""
    said = [plain(word) for word in words(text)]
    return said + [f"{first} {second}" for first, second in zip(said, said[1:], strict=False)]


def run_features(text: str) -> list[str]:
    """Runs of letters inside words; a word's ends are marked, and Arabic words are taken without what is written on."""
    found = []
    for word in words(text):
        marked = f" {_core(word)} "
        for length in range(SHORTEST_RUN, LONGEST_RUN + 1):
            found += [marked[start : start + length] for start in range(len(marked) - length + 1)]
    return found


def _core(word: str) -> str:
    return next((form for form in forms(word)[1:] if word.endswith(form)), word) if is_arabic(word) else word


@dataclass(frozen=True)
class Feature:
    """A feature's inverse document frequency, and its weight for each label that has one."""

    idf: float
    weights: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class TextModel:
    """A fitted model.

    :param blocks: for each of ``BLOCKS`` its features by name
    :param bias: one number for each label
    :param steepness: how sure the probabilities are, fitted on texts the model had not seen
    """

    labels: tuple[str, ...]
    blocks: tuple[Mapping[str, Feature], ...]
    bias: tuple[float, ...]
    steepness: float

    def scores(self, text: str) -> list[float]:
        """The score of each label."""
        found = list(self.bias)
        for features, known in zip((word_features(text), run_features(text)), self.blocks, strict=True):
            self._add(found, features, known)
        return found

    def probabilities(self, text: str, among: Iterable[int] | None = None) -> dict[str, float]:
        """The probability of each label, among all or among some."""
        scores = self.scores(text)
        places = list(range(len(self.labels))) if among is None else list(among)
        shares = softmax([scores[place] for place in places], self.steepness)
        return {self.labels[place]: share for place, share in zip(places, shares, strict=True)}

    @staticmethod
    def _add(found: list[float], features: Sequence[str], known: Mapping[str, Feature]) -> None:
        counted = [(known[name], times) for name, times in Counter(features).items() if name in known]
        weighed = [(one, (1.0 + math.log(times)) * one.idf) for one, times in counted]
        length = math.sqrt(sum(weight * weight for _, weight in weighed))
        if not length:
            return
        for one, weight in weighed:
            share = weight / length
            for label, slope in one.weights:
                found[label] += share * slope


def softmax(scores: Sequence[float], steepness: float) -> list[float]:
    """Shares that add up to 1."""
    if not scores:
        return []
    top = max(scores)
    raised = [math.exp(steepness * (score - top)) for score in scores]
    total = sum(raised)
    return [one / total for one in raised]


def to_json(model: TextModel) -> dict[str, Any]:
    """The readable document: each feature with its inverse document frequency and its weight by label."""
    return {
        "labels": list(model.labels),
        "steepness": model.steepness,
        "bias": dict(zip(model.labels, model.bias, strict=True)),
        **{
            name: {
                word: [one.idf, {model.labels[label]: slope for label, slope in one.weights}]
                for word, one in block.items()
            }
            for name, block in zip(BLOCKS, model.blocks, strict=True)
        },
    }


def from_json(document: Mapping[str, Any]) -> TextModel:
    """The model of a document."""
    labels = tuple(document["labels"])
    place = {label: index for index, label in enumerate(labels)}
    return TextModel(
        labels=labels,
        blocks=tuple(
            {
                word: Feature(idf, tuple((place[label], slope) for label, slope in weights.items()))
                for word, (idf, weights) in document[name].items()
            }
            for name in BLOCKS
        ),
        bias=tuple(document["bias"][label] for label in labels),
        steepness=document["steepness"],
    )
