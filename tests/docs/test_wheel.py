"""A wheel built from the tree has everything in it, and runs where there is no checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from service import __version__
from tests.docs.pages import ROOT

pytestmark = [pytest.mark.long, pytest.mark.timeout(300)]

CONVERSATION = """
from service.app import create_app
from service.catalog.files import resource_dir
from service.config import Config

config = Config.from_env()
client = create_app(config).test_client()
assert client.get("/readyz").status_code == 200
turn = client.post("/v1/responses", json={"quiz": "skin-match", "lang": "ar"}).get_json()
asked = {"item_id": turn["item"]["id"], "value": turn["item"]["options"][0]["id"]}
answer = client.post(f"/v1/responses/{turn['response_id']}/answers", json=asked)
assert (answer.status_code, answer.get_json()["dir"], answer.get_json()["revision"]) == (200, "rtl", 1)
assert client.get("/q/skin-match?lang=en").status_code == 200
assert client.get("/widget/firasa.js").status_code == 200
assert "تسجيل الدخول" in client.get("/admin/login?lang=ar", headers={"Accept-Language": "ar"}).get_data(as_text=True)
print(resource_dir("templates"), resource_dir("quizzes"))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment of its own with the wheel in it; its dependencies are those of this environment."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    run([sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-deps", "--no-index", str(wheel)])
    site = Path(run([str(python), "-c", "import sysconfig; print(sysconfig.get_paths()['purelib'])"]).strip())
    # A path file in it is not followed further, so a checkout installed here for editing is not seen from there.
    (site / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"], encoding="utf-8")
    return python


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, far from the checkout."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(command: list[str], *, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=200)
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr or done.stdout}"
    return done.stdout


def test_the_wheel_has_what_the_product_needs_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert wheel.name == f"firasa-{__version__}-py3-none-any.whl"
    needed = (
        "service/templates/admin/base.html",
        "service/templates/problem.html",
        "service/quizzes/skin-match.yaml",
        "service/quizzes/segments.yaml",
        "service/store/sql/0001_initial.sql",
        "service/static/widget/src/main.js",
        "service/demo/products.yaml",
        "service/py.typed",
    )
    assert [name for name in needed if name not in names] == []
    assert {name.split("/")[0] for name in names} == {"service", f"firasa-{__version__}.dist-info"}
    stray = (".pyc", ".db", ".lock", ".po~", ".orig")
    assert [name for name in names if name.endswith(stray) or "__pycache__" in name] == []


def test_the_wheel_runs_without_a_checkout(installed: Path, elsewhere: Path) -> None:
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(elsewhere),
        "DATABASE_URL": "sqlite:///shop.db",
        "SECRET_KEY": "k" * 32,
        "SHOP_CURRENCY": "SAR",
        "SHOP_TIMEZONE": "Asia/Riyadh",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    firasa = str(installed.with_name("firasa"))
    assert run([firasa, "--version"], env=env).strip() == f"firasa, version {__version__}"
    run([firasa, "db", "migrate"], env=env)
    assert run([firasa, "quizzes", "publish"], env=env).count("new") == 3
    assert "applied" not in run([firasa, "db", "migrate"], env=env)
    run([firasa, "quizzes", "lint"], env=env)
    folders = run([str(installed), "-W", "error", "-c", CONVERSATION], env=env).split()
    inside = str(installed.parents[1])
    assert [folder for folder in folders if not folder.startswith(inside)] == []
