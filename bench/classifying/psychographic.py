"""Discovery and the adaptive quiz on published data: latent classes, the vacation segments, and orders of questions."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from service.domain.adaptive import Kind, expected_doubt
from service.ml import adaptive, discovery, latent_classes
from service.ml.adaptive import Order, Person
from service.ml.latent_classes import BLANK, Codes

SEEDS = (0, 1, 2, 3, 4)
FOLDS = 10
PUBLISHED = (
    ("carcinoma", 2, -317.2568),
    ("carcinoma", 3, -293.7050),
    ("carcinoma", 4, -289.2859),
    ("gss82", 3, -2754.5454),
)


def run(data: Path | None, quick: bool) -> None:
    """Print the tables; ``quick`` takes one seed."""
    if data is None:
        print("needs FIRASA_TEST_DATA")
        return
    print("Latent classes, 50 starts: log-likelihood beside the published one")
    for name, classes, published in PUBLISHED:
        codes, levels = table(data / "surveys" / f"polca_{name}.csv")
        began = time.perf_counter()
        fitted = latent_classes.fit(codes, levels, classes)
        took = time.perf_counter() - began
        print(f"  {name:10} {classes} {fitted.log_likelihood:11.4f} ({published}) BIC {fitted.bic:.2f} in {took:.2f} s")
    _segments(data, SEEDS[:1] if quick else SEEDS)
    _orders(data, SEEDS[:1] if quick else SEEDS)


def table(path: Path) -> tuple[Codes, list[int]]:
    """A file of answers as numbers, and how many answers each question has."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    columns, levels = [], []
    for column in zip(*rows, strict=True):
        answers = sorted(set(column) - {"", "NA"})
        columns.append([answers.index(cell) if cell in answers else BLANK for cell in column])
        levels.append(len(answers))
    return np.array(columns, dtype=np.int64).T, levels


def vacationers(data: Path) -> tuple[Codes, NDArray[np.int64]]:
    """1,000 people by 20 vacation motives (yes or no), and the published partition into six segments."""
    motives, _ = table(data / "surveys" / "flexclust_vacmot.csv")
    segments, _ = table(data / "surveys" / "flexclust_vacmot6.csv")
    return motives, segments[:, 0]


def _segments(data: Path, seeds: tuple[int, ...]) -> None:
    motives, truth = vacationers(data)
    coded = coded_motives(motives)
    print("Six vacation segments: adjusted Rand index with the published partition")
    for seed in seeds:
        found = discovery.discover(coded, (6,), seed=seed)
        ours = adjusted_rand_score(truth, found.memberships.argmax(axis=1))
        classes = latent_classes.fit(coded.codes, coded.levels, 6, seed=seed).memberships.argmax(axis=1)
        theirs = KMeans(6, n_init=50, random_state=seed).fit(motives.astype(float)).labels_
        stability = ", ".join(f"{method} {value:.3f}" for method, value in found.stability.items())
        print(
            f"  seed {seed}: proposed ({found.method}) {ours:.3f}, latent classes alone "
            f"{adjusted_rand_score(truth, classes):.3f}, k-means {adjusted_rand_score(truth, theirs):.3f}; "
            f"stability {stability}"
        )


def coded_motives(motives: Codes) -> discovery.Coded:
    """The motives as discovery codes them."""
    columns = tuple(discovery.Column(f"q{i}", None, ("no", "yes")) for i in range(motives.shape[1]))
    return discovery.Coded(columns, motives)


def orders(data: Path, seeds: tuple[int, ...]) -> dict[Order, NDArray[np.float64]]:
    """For each order of asking, people by number of questions (1 to 10): the share of seeds in which the first guess
    is right, by models that had not seen the person."""
    people, items = persons(data)
    found: dict[Order, NDArray[np.float64]] = {}
    for seed in seeds:
        for order, right in adaptive.hits(people, items, 10, folds=FOLDS, seed=seed)[0].items():
            found[order] = found.get(order, np.zeros(right.shape)) + right / len(seeds)
    return found


def persons(data: Path) -> tuple[list[Person], dict[str, Kind]]:
    """The vacationers as people who answered a quiz."""
    motives, truth = vacationers(data)
    items: dict[str, Kind] = {f"q{i:02d}": "choice" for i in range(motives.shape[1])}
    people = [
        Person({item: "yes" if yes else "no" for item, yes in zip(items, row, strict=True)}, f"segment {segment + 1}")
        for row, segment in zip(motives.tolist(), truth.tolist(), strict=True)
    ]
    return people, items


def _orders(data: Path, seeds: tuple[int, ...]) -> None:
    found = orders(data, seeds)
    print(f"Right segment after 1 to 10 of 20 questions, {len(seeds)} x {FOLDS} folds, seeds {list(seeds)}")
    for order, right in found.items():
        print(f"  {order:9}", " ".join(f"{100 * share:5.1f}" for share in right.mean(axis=0)))
    for questions in (6, 8):
        gain = found["adaptive"][:, questions - 1] - found["fixed"][:, questions - 1]
        half = 1.96 * float(gain.std(ddof=1)) / len(gain) ** 0.5
        print(f"  gain over the best fixed order after {questions}: {100 * gain.mean():.2f} ± {100 * half:.2f} points")
    people, items = persons(data)
    model = adaptive.fit(people, "vacation", items)
    began = time.perf_counter()
    for _ in range(1000):
        min(model.questions, key=lambda item: expected_doubt(model.questions[item], model.shares))
    print(f"  choosing the next of 20 questions: {time.perf_counter() - began:.3f} ms")
    saved = adaptive.judge(people, items)
    print(
        f"  stopping at {model.stop:.0%}: {saved.asked:.1f} of {saved.questions} questions, "
        f"right {saved.agreement:.1%}, with all {saved.full:.1%}"
    )
