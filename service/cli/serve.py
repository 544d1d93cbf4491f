"""``firasa serve``: the web process."""

from __future__ import annotations

import click

from service.cli.base import fail
from service.config import Config


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

    try:
        run(host or config.host, port or config.port, threads, config.log_level)
    except OSError as error:
        fail(f"cannot listen on {host or config.host}:{port or config.port}: {error.strerror or error}")
