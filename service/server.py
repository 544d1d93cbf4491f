"""The web process: granian with the WSGI application."""

from __future__ import annotations

import os
import signal
import socket
from typing import Any

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from service.log import set_up
from service.processes import follow_parent, follow_starter


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
    )
    server.serve()


def application() -> Any:
    """The WSGI application of one worker process, which ends when the process that started it is gone."""
    from service.app import create_app
    from service.config import Config

    config = Config.from_env(demo=os.environ.get("FIRASA_DEMO") == "1")
    set_up(config.log_level)
    follow_parent(os.getppid(), signal.SIGKILL)  # granian's own, which may be killed
    return create_app(config)


def _refuse_taken(host: str, port: int) -> None:
    """Fail at once, in words, when the address is taken: granian would keep respawning its worker."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))
