"""The sample shop, simulated once for all unit tests that look at it."""

import pytest

from service.catalog.files import quiz_files
from service.catalog.loader import load_quiz_file
from service.demo.effects import DAY_FOR_DOCS, Effects
from service.demo.simulation import SimulatedShop, simulate


@pytest.fixture(scope="session")
def sample_shop() -> SimulatedShop:
    """The whole sample shop with its usual seed and the starter quizzes."""
    return simulate(until=DAY_FOR_DOCS, quizzes=[load_quiz_file(path) for path in quiz_files()])


@pytest.fixture(scope="session")
def effects(sample_shop: SimulatedShop) -> Effects:
    return Effects(sample_shop)
