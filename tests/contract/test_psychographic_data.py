"""Discovery and the adaptive quiz against published numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from bench.classifying.psychographic import PUBLISHED, SEEDS, coded_motives, orders, table, vacationers
from service.ml import discovery, latent_classes

pytestmark = [pytest.mark.long, pytest.mark.data]


@pytest.mark.parametrize(("name", "classes", "published"), PUBLISHED)
def test_log_likelihoods_equal_the_published_ones(test_data: Path, name: str, classes: int, published: float) -> None:
    codes, levels = table(test_data / "surveys" / f"polca_{name}.csv")
    fitted = latent_classes.fit(codes, levels, classes)
    assert fitted.log_likelihood == pytest.approx(published, abs=0.002)


def test_sizes_and_criteria_equal_the_published_ones(test_data: Path) -> None:
    codes, levels = table(test_data / "surveys" / "polca_carcinoma.csv")
    three = latent_classes.fit(codes, levels, 3)
    assert three.bic == pytest.approx(697.1357, abs=0.01)
    assert three.aic == pytest.approx(633.41, abs=0.01)
    assert three.shares.tolist() == pytest.approx([0.4447, 0.3736, 0.1817], abs=0.001)
    codes, levels = table(test_data / "surveys" / "polca_gss82.csv")
    shares = latent_classes.fit(codes, levels, 3).shares.tolist()
    assert shares == pytest.approx([0.6206, 0.2072, 0.1722], abs=0.002)


def test_proposed_segments_are_at_least_as_near_to_the_published_ones_as_k_means(test_data: Path) -> None:
    motives, truth = vacationers(test_data)
    found = discovery.discover(coded_motives(motives), (6,))
    theirs = KMeans(6, n_init=50, random_state=0).fit(motives.astype(float)).labels_
    ours = adjusted_rand_score(truth, found.memberships.argmax(axis=1))
    assert ours >= adjusted_rand_score(truth, theirs)
    assert ours > 0.8


def test_adaptive_questions_beat_the_best_fixed_order(test_data: Path) -> None:
    found = orders(test_data, SEEDS)
    share = {order: right.mean(axis=0) for order, right in found.items()}
    assert share["adaptive"][5] - share["fixed"][5] >= 0.025
    assert share["adaptive"][7] - share["fixed"][7] >= 0.035
    assert share["random"][7] < share["fixed"][7]
