"""How well typed messages are understood: real ones with 77 intents, beside a linear SVM over TF-IDF of words.

For each language: 5 and 10 examples of each intent (drawn several times) and the whole training set, judged on the same
test set by three classifiers of the same run: ours as the worker fits it, scikit-learn's usual TF-IDF of words with
LinearSVC, and the same with pairs of words. Then the frozen phrases of tests/data, and the milliseconds of one message.

    FIRASA_TEST_DATA=… python bench/understanding.py [--quick]

Without FIRASA_TEST_DATA only the frozen phrases are read. docs/understanding.md explains the tables.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from service.domain import text_model
from service.domain.text_model import TextModel
from service.domain.understanding import Asked, understand
from service.ml import matching
from service.ml.evaluation import difference, wilson
from tests.phrase_sets import measure, phrases, quizzes, table

SEED = 20
DRAWS = 5
FILES = {
    "English": ("banking77_en_train.csv", "banking77_en_test.csv", "category"),
    "Arabic": ("arbanking77_MSA_PAL_train.csv", "arbanking77_MSA_test.csv", "label"),
}


@dataclass(frozen=True)
class Texts:
    """Messages with the intent of each."""

    texts: list[str]
    intents: list[str]

    def few(self, count: int, seed: int) -> Texts:
        """So many of each intent, drawn by chance."""
        by_intent: dict[str, list[str]] = defaultdict(list)
        for text, intent in zip(self.texts, self.intents, strict=True):
            by_intent[intent].append(text)
        dice = random.Random(seed)
        drawn = [(text, one) for one in sorted(by_intent) for text in dice.sample(by_intent[one], count)]
        return Texts([text for text, _ in drawn], [intent for _, intent in drawn])


def load(path: Path, label: str) -> Texts:
    """A file of messages."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return Texts([row["text"] for row in rows], [row[label] for row in rows])


def ours(train: Texts, texts: Sequence[str]) -> list[str]:
    """What the fitted model says, with the weights that would be served."""
    names = sorted(set(train.intents))
    vectors = matching.fit_vectors(train.texts)
    truth = matching.truth_of([(intent,) for intent in train.intents], names)
    slopes, bias = matching.separate(vectors.transform(train.texts), truth)
    return [names[place] for place in np.asarray(vectors.transform(texts) @ slopes.T + bias).argmax(axis=1)]


def svm(train: Texts, texts: Sequence[str], longest: int = 1) -> list[str]:
    """TF-IDF of words (up to so many in a row) and a linear SVM, as scikit-learn has them."""
    vectors = TfidfVectorizer(ngram_range=(1, longest))
    fitted = LinearSVC(random_state=0).fit(vectors.fit_transform(train.texts), train.intents)
    return [str(one) for one in fitted.predict(vectors.transform(texts))]


CLASSIFIERS: dict[str, Callable[[Texts, Sequence[str]], list[str]]] = {
    "ours": ours,
    "TF-IDF of words, linear SVM": svm,
    "TF-IDF of words and pairs, linear SVM": lambda train, texts: svm(train, texts, 2),
}


def compare(name: str, sets: Sequence[Texts], test: Texts) -> None:
    """Print a row: accuracy of each classifier, and by how much ours is more accurate than the better other one."""
    right: dict[str, list[np.ndarray]] = {one: [] for one in CLASSIFIERS}
    truth = np.array(test.intents)
    for train in sets:
        for one, classify in CLASSIFIERS.items():
            right[one].append(np.array(classify(train, test.texts)) == truth)
    cells = [_accuracy(found) for found in right.values()]
    other = max(list(CLASSIFIERS)[1:], key=lambda one: mean(float(found.mean()) for found in right[one]))
    gains = [float(a.mean() - b.mean()) for a, b in zip(right["ours"], right[other], strict=True)]
    if len(sets) == 1:
        gain = difference(right["ours"][0], right[other][0])
        shown = f"{gain.mean:+.1%} ({gain.low:+.1%} to {gain.high:+.1%})"
    else:
        half = 2.776 * stdev(gains) / len(gains) ** 0.5 if len(gains) == DRAWS else 0.0
        shown = f"{mean(gains):+.1%} ({mean(gains) - half:+.1%} to {mean(gains) + half:+.1%})"
    print(f"| {name} | {' | '.join(cells)} | {shown} |", flush=True)


def _accuracy(found: Sequence[np.ndarray]) -> str:
    shares = [float(one.mean()) for one in found]
    if len(found) == 1:
        low, high = wilson(int(found[0].sum()), len(found[0]))
        return f"{shares[0]:.1%} ({low:.1%}–{high:.1%})"
    return f"{mean(shares):.1%} ± {stdev(shares):.1%}"


def intents(folder: Path, quick: bool) -> None:
    """The table of real messages."""
    print(f"\n| examples | {' | '.join(CLASSIFIERS)} | ours minus the better other |")
    print(f"|---|{'---|' * len(CLASSIFIERS)}---|")
    for language, (train_file, test_file, label) in FILES.items():
        train = load(folder / train_file, label)
        test = Texts(load(folder / test_file, label).texts, load(folder / test_file, label).intents)
        for count in (5, 10):
            draws = 2 if quick else DRAWS
            compare(f"{language}, {count} per intent", [train.few(count, SEED + n) for n in range(draws)], test)
        if not quick:
            compare(f"{language}, all {len(train.texts):,}", [train], test)


def frozen() -> None:
    """The frozen phrases, by rules alone and with fitted models, and how long a message takes."""
    models = {name: matching.fit(*matching.examples(quiz)) for name, quiz in quizzes().items()}
    scores = {}
    for lang in ("en", "ar"):
        scores[f"{lang}, by rules"] = measure(f"phrases_{lang}")
        scores[f"{lang}, fitted"] = measure(f"phrases_{lang}", lambda quiz, text: _learned(models[quiz.id], text))
    print(f"\n{table(scores)}")
    taken = sorted(_times(models["skin-match"]))
    p50, p99 = taken[len(taken) // 2], taken[-len(taken) // 100]
    print(f"\none message against 12 questions: p50 {p50:.2f} ms, p99 {p99:.2f} ms")


def _learned(model: TextModel, text: str) -> Callable[[str], dict[str, float]]:
    scores = model.scores(text)

    def of(item: str) -> dict[str, float]:
        places = [i for i, label in enumerate(model.labels) if label.startswith((f"{item}/", matching.WISH))]
        shares = text_model.softmax([scores[i] for i in places], model.steepness)
        found = {model.labels[i]: share for i, share in zip(places, shares, strict=True)}
        return {label.split("/", 1)[1]: share for label, share in found.items() if label.startswith(f"{item}/")}

    return of


def _times(model: TextModel) -> list[float]:
    """Milliseconds of each phrase of the quiz, every question of it listening; the first time round is not counted."""
    quiz = quizzes()["skin-match"]
    questions = tuple(item for item in quiz.items if item.type != "statement")[:12]
    listed = [one for one in phrases("phrases_en") + phrases("phrases_ar") if one.quiz.id == "skin-match"]
    found: list[float] = []
    for turn in range(2):
        for phrase in listed:
            began = time.perf_counter()
            understand(Asked(quiz, quiz.item(phrase.item), questions), phrase.text, _learned(model, phrase.text))
            if turn:
                found.append((time.perf_counter() - began) * 1000)
    return found


def main() -> None:
    """Run what there is data for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="two draws and no whole training set")
    options = parser.parse_args()
    frozen()
    named = os.environ.get("FIRASA_TEST_DATA")
    folder = (
        next((path for path in (Path(named) / "data" / "text", Path(named) / "text") if path.is_dir()), None)
        if (named)
        else None
    )
    if folder is None:
        print("\nset FIRASA_TEST_DATA to the folder of test data to compare on real messages")
        return
    intents(folder, options.quick)


if __name__ == "__main__":
    main()
