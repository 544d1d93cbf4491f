"""The worker: sends what is due, looks at profiles again, and keeps cut points and new destinations up to date."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from service.operations import deliveries, matchers, profiles, recomputes, refits, requests, rescores, sync
from service.operations.context import Context
from service.runtime import Runtime

STOP_SECONDS = 4.5
IDLE_SECONDS = 0.2
# Between two pages of work that can wait: a moment in which those who wait for the database get their turn.
BREATH_SECONDS = 0.005
LEASES_EVERY_SECONDS = 1.0
FIT_EVERY_SECONDS = 5.0
REQUESTS_EVERY_SECONDS = 1.0
LONGEST_PENALTY = 60.0

_log = structlog.get_logger()


@dataclass(frozen=True)
class Job:
    """Something the worker does again and again, in a thread of its own.

    :param work: does one piece and says whether there is more
    :param idle: seconds to wait when there was nothing to do
    """

    name: str
    work: Callable[[], bool]
    idle: float = IDLE_SECONDS


def run(runtime: Runtime, stop: threading.Event) -> None:
    """Work until ``stop`` is set, then finish what is under way, for five seconds at most.

    Each job has a thread of its own: one that fails waits a little longer each time and stops no other. All state is
    in the database, in transactions, so a worker that is killed leaves nothing half done.
    """
    lanes = _Lanes(runtime, stop)
    pace = profiles.new_pace()
    jobs = (
        Job("deliver", lanes.start_due),
        Job("leases", lambda: deliveries.release_expired(_context(runtime)) > 0, LEASES_EVERY_SECONDS),
        Job("refresh", lambda: profiles.refresh_due(_context(runtime), pace) > 0),
        Job("recompute", lambda: recomputes.step(_context(runtime))),
        Job("rescore", lambda: rescores.step(_context(runtime))),
        Job("daily", _Daily(runtime).work, FIT_EVERY_SECONDS),
        Job("backfill", lambda: sync.backfill(_context(runtime)) > 0),
        Job("fit", _Fitting(runtime).work, FIT_EVERY_SECONDS),
        Job("requests", lambda: requests.work_one(lambda: _context(runtime)), REQUESTS_EVERY_SECONDS),
        Job("matchers", lambda: matchers.fit_one_due(_context(runtime)), FIT_EVERY_SECONDS),
    )
    threads = [threading.Thread(target=_keep_doing, args=(job, stop), name=job.name, daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    _log.info("worker started", jobs=[job.name for job in jobs])
    # Not without a limit: on some systems a signal is only noticed when the wait returns.
    while not stop.wait(0.5):
        pass
    deadline = time.monotonic() + STOP_SECONDS
    for thread in (*threads, *lanes.threads()):
        thread.join(max(0.0, deadline - time.monotonic()))
    _log.info("worker stopped", unfinished=[thread.name for thread in threads if thread.is_alive()])


def stop_on_signals(stop: threading.Event) -> None:
    """Set ``stop`` on SIGTERM and SIGINT."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())


def _keep_doing(job: Job, stop: threading.Event) -> None:
    failures = 0
    while not stop.is_set():
        try:
            more = job.work()
            failures = 0
        except Exception:
            failures += 1
            wait = _penalty(failures)
            _log.exception("job failed", job=job.name, failures=failures, again_in_seconds=wait)
            stop.wait(wait)
        else:
            stop.wait(BREATH_SECONDS if more else job.idle)


class _Lanes:
    """One thread for each destination that has something due, so that a slow one holds up no other."""

    def __init__(self, runtime: Runtime, stop: threading.Event) -> None:
        self._runtime = runtime
        self._stop = stop
        self._threads: dict[int, threading.Thread] = {}
        self._failures: dict[int, int] = {}
        self._not_before: dict[int, float] = {}

    def start_due(self) -> bool:
        """Start a thread for each destination that needs one and has none."""
        for destination_id in deliveries.destinations_due(_context(self._runtime)):
            running = self._threads.get(destination_id)
            resting = self._not_before.get(destination_id, 0.0) > time.monotonic()
            if resting or (running is not None and running.is_alive()):
                continue
            thread = threading.Thread(
                target=self._deliver, args=(destination_id,), name=f"deliver {destination_id}", daemon=True
            )
            self._threads[destination_id] = thread
            thread.start()
        return False

    def threads(self) -> list[threading.Thread]:
        """All threads started so far, the last one of each destination."""
        return list(self._threads.values())

    def _deliver(self, destination_id: int) -> None:
        allowed = self._runtime.config.allow_private_destinations
        try:
            deliveries.deliver(lambda: _context(self._runtime), destination_id, allow_private=allowed, stop=self._stop)
            self._failures[destination_id] = 0
        except Exception:
            failures = self._failures[destination_id] = self._failures.get(destination_id, 0) + 1
            self._not_before[destination_id] = time.monotonic() + _penalty(failures)
            _log.exception("destination failed", destination=destination_id, failures=failures)


class _Fitting:
    """Fits cut points and models of behaviour when orders or the day have changed; remembers when it did."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._last: refits.LastFit | None = None

    def work(self) -> bool:
        self._last = refits.fit_when_due(_context(self._runtime), self._last)
        for fitted in refits.fit_behaviour_when_due(_context(self._runtime)):
            _log.info("model fitted", kind=fitted.kind, outcome=fitted.outcome, reason=fitted.reason)
        return False


class _Daily:
    """Cuts the population anew by the hour or the day, and sums up the revenue of segments every few minutes."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._cut: recomputes.LastCut | None = None

    def work(self) -> bool:
        ctx = _context(self._runtime)
        self._cut = recomputes.fit_cuts_when_due(ctx, self._cut)
        recomputes.sum_up_when_due(ctx)
        return False


def _context(runtime: Runtime) -> Context:
    return runtime.context(actor="worker")


def _penalty(failures: int) -> float:
    """Seconds to wait after failures in a row."""
    return min(0.5 * 2.0 ** min(failures, 10), LONGEST_PENALTY)
