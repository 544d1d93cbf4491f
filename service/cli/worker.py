"""``firasa worker``: the process that sends tags and keeps profiles up to date."""

from __future__ import annotations

import threading

import click

from service.cli.base import fail, runtime


@click.command()
def worker() -> None:
    """Send tags to destinations and keep profiles, personas and segments up to date.

    \b
    firasa worker

    Runs until SIGTERM or Ctrl-C and then finishes what is under way. Several may run beside each other; one that is
    killed loses nothing: what it was sending is sent again. Run `firasa db migrate` first.
    """
    from service import log
    from service import worker as process
    from service.operations.health import not_ready
    from service.processes import follow_starter

    running = runtime()
    log.set_up(running.config.log_level)
    problem = not_ready(running.db)
    if problem:
        fail(problem)
    stop = threading.Event()
    process.stop_on_signals(stop)
    follow_starter()
    process.run(running, stop)
