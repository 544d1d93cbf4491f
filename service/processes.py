"""Processes that must not outlive the one that started them."""

from __future__ import annotations

import os
import signal
import threading
import time

PARENT = "FIRASA_PARENT_PID"
_LOOK_EVERY = 0.25


def follow_parent(parent: int, how: signal.Signals) -> None:
    """End this process by the signal ``how`` soon after ``parent`` is gone, also when that was killed.

    The parent of a process changes when it dies, on every Unix; no pipe has to be kept open for it.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_LOOK_EVERY)
        os.kill(os.getpid(), how)

    threading.Thread(target=watch, name="follow-parent", daemon=True).start()


def follow_starter() -> None:
    """Follow the process named by ``FIRASA_PARENT_PID``; without it nobody is followed."""
    named = os.environ.get(PARENT, "")
    if named.isdigit():
        follow_parent(int(named), signal.SIGTERM)
