"""The web process: granian with the WSGI application."""

from __future__ import annotations

import gc
import os
import signal
import socket
from contextlib import suppress
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from service.log import set_up
from service.processes import follow_parent, follow_starter

_KILL_AFTER = 5


def run(host: str, port: int, threads: int, log_level: str, *, target: str = "service.server:application") -> None:
    """Serve until SIGTERM or SIGINT.

    :param target: what makes the application in the worker process; bench/ measures another one on the same server
    :raises OSError: when the address is taken
    """
    _refuse_taken(host, port)
    follow_starter()
    server = Server(
        target,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads,
        factory=True,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=_KILL_AFTER,
    )
    server.serve()


def application() -> Any:
    """The WSGI application of one worker process, which ends when the process that started it is gone."""
    from service.app import create_app
    from service.config import Config
    from service.store.database import StoreError

    config = Config.from_env(demo=os.environ.get("FIRASA_DEMO") == "1")
    set_up(config.log_level)
    follow_parent(os.getppid(), signal.SIGKILL)  # granian's own, which may be killed
    app = create_app(config)
    with suppress(StoreError):  # no database yet: /readyz says so
        app.extensions["firasa"].context()  # reads what is published, so that the first shopper need not wait for it
    # What is here stays. Looking through it again and again would stop all threads for tens of milliseconds each time.
    gc.collect()
    gc.freeze()
    return app


def _refuse_taken(host: str, port: int) -> None:
    """Fail at once, in words, when the address is taken: granian would keep respawning its worker."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
