"""The small shop of the admin's tests: filled once on each kind of database, then copied for each test."""

import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from service.store.database import open_database
from tests.conftest import administer, postgres_database
from tests.e2e.admin_world import Admin, empty_admin, fill


@pytest.fixture(scope="session")
def filled_file(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the small shop, closed, so that it can be copied."""
    path = tmp_path_factory.mktemp("filled") / "filled.db"
    shutil.copyfile(sqlite_template, path)
    _fill(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def filled_database(postgres_server: str, postgres_template: str) -> str:
    """The name of a PostgreSQL database with the small shop, with nobody connected."""
    name = f"filled_{secrets.token_hex(6)}"
    administer(postgres_server, f"CREATE DATABASE {name} TEMPLATE {postgres_template} STRATEGY file_copy")
    _fill(postgres_server.format(name))
    return name


def _fill(url: str) -> None:
    with empty_admin(url) as admin:
        fill(admin)
    with closing(open_database(url)) as database:
        assert database.one("SELECT COUNT(*) AS found FROM memberships") != {"found": 0}


@pytest.fixture(params=["sqlite", "postgresql"])
def filled_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of the test's own with the small shop in it; the test runs once on each kind."""
    if request.param == "sqlite":
        path = tmp_path / "filled.db"
        shutil.copyfile(request.getfixturevalue("filled_file"), path)
        yield f"sqlite:///{path}"
    else:
        server = request.getfixturevalue("postgres_server")
        template = request.getfixturevalue("filled_database")
        yield from postgres_database(server, f"TEMPLATE {template} STRATEGY file_copy")


@pytest.fixture
def admin(filled_url: str) -> Iterator[Admin]:
    """The admin on the small shop."""
    with empty_admin(filled_url) as found:
        yield found
