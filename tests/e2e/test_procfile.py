"""The Procfile as hosts use it: release first, then web and worker side by side, ended by a signal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from tests.e2e.processes import firasa, free_port, wait_until_ready

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.long, pytest.mark.timeout(180)]


@pytest.fixture
def env(unmigrated_url: str, tmp_path: Path) -> dict[str, str]:
    """Settings of a host whose database is empty, and a `firasa` on the path: the checkout need not be installed."""
    command = tmp_path / "bin" / "firasa"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m service.cli "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return {
        "PATH": f"{command.parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "DATABASE_URL": unmigrated_url,
        "SECRET_KEY": "k" * 32,
        "PORT": str(free_port()),
    }


def honcho(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "honcho", "-f", str(ROOT / "Procfile"), "start", *arguments]


def test_release_migrates_and_web_and_worker_run_and_stop_together(env: dict[str, str], tmp_path: Path) -> None:
    released = subprocess.run(honcho("release"), env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert released.returncode == 0, released.stdout + released.stderr
    assert "0001_initial" in released.stdout
    firasa("quizzes", "publish", env=env)

    address = f"http://127.0.0.1:{env['PORT']}"
    log = tmp_path / "honcho.log"
    with log.open("wb") as file:
        running = subprocess.Popen(
            honcho("web", "worker"), env=env, cwd=tmp_path, stdout=file, stderr=file, start_new_session=True
        )
    try:
        wait_until_ready(address)
        begun = requests.post(f"{address}/v1/responses", json={"quiz": "skin-match"}, timeout=10)
        assert begun.status_code == 200
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=20)
        written = log.read_text(encoding="utf-8")
        assert "worker started" in written
        assert "worker stopped" in written
        assert "Traceback" not in written
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{address}/readyz", timeout=2)
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()
