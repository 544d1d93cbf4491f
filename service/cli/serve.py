"""``firasa serve``: the web process."""

from __future__ import annotations

from contextlib import suppress

import click

from service.cli.base import fail
from service.config import Config
from service.store.database import StoreError


@click.command()
@click.option("--host", help="Address to listen on; HOST unless given.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; PORT unless given.")
@click.option("--threads", type=click.IntRange(1, 64), default=4, show_default=True, help="Requests worked on at once.")
def serve(host: str | None, port: int | None, threads: int) -> None:
    """Serve the API, the hosted quizzes and the admin.

    \b
    firasa serve
    firasa serve --host 0.0.0.0 --port 9000

    Run `firasa db migrate` first, and `firasa worker` beside it. Behind a reverse proxy set TRUSTED_PROXIES.
    """
    config = Config.from_env()
    from service.server import run

    _refuse_contradictions(config)

    try:
        run(host or config.host, port or config.port, threads, config.log_level)
    except OSError as error:
        fail(f"cannot listen on {host or config.host}:{port or config.port}: {error.strerror or error}")


def _refuse_contradictions(config: Config) -> None:
    """Settings that contradict the database are told here: a web process that cannot start would be started forever."""
    from service.runtime import Runtime

    runtime = Runtime(config)
    with suppress(StoreError):  # no database yet: /readyz says so
        runtime.context()
    runtime.close()
