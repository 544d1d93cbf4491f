"""A running application, a shop on another origin, and pages of a real browser that tolerate no error."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, request
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from service.app import create_app
from service.catalog.files import quiz_files
from service.config import Config
from service.operations import quizzes
from service.runtime import Runtime
from service.store.migrations import migrate

PATIENCE = 15_000  # ms; a page that needs longer for anything is broken, also on a busy machine
Opener = Callable[..., Page]


@dataclass(frozen=True)
class Site:
    """The running application.

    :param url: where it answers
    :param shop: where the pages of a shop on another origin answer
    """

    url: str
    shop: str
    runtime: Runtime

    def count(self, table: str) -> int:
        """Rows of a table."""
        row = self.runtime.db.one(f"SELECT COUNT(*) AS n FROM {table}")
        return int(row["n"]) if row else 0


@pytest.fixture(scope="session")
def site(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The application with the demo shop, the starter quizzes and one with every kind of question."""
    with ExitStack() as stack:
        shop = stack.enter_context(served(_foreign_shop()))
        path = tmp_path_factory.mktemp("browser") / "firasa.db"
        config = Config(database_url=f"sqlite:///{path}", shop_currency="SAR", allowed_origins=(shop,), demo=True)
        runtime = stack.enter_context(closing(Runtime(config)))
        migrate(runtime.db)
        own = [Path(__file__).parent / name for name in ("kinds.yaml", "more_kinds.yaml")]
        quizzes.publish_files(runtime.context(actor="test"), [*quiz_files(), *own])
        runtime.forget()
        yield Site(stack.enter_context(served(create_app(config, runtime))), shop, runtime)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _foreign_shop() -> Flask:
    """A shop's page on another origin, with a policy that allows no inline style and no string as code."""
    app = Flask("foreign_shop")

    @app.get("/")
    def page() -> Response:
        firasa = request.args["firasa"]
        mode = request.args.get("mode", "inline")
        bar = '<div id="bar"><button>Add to basket</button></div>' if "bar" in request.args else ""
        script = f'src="{firasa}/widget/firasa.js" data-quiz="{request.args.get("quiz", "kinds")}" data-lang="ar"'
        script += f' data-mode="{mode}" data-when="{request.args.get("when", "")}"'
        html = f"""<!doctype html>
            <html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Shop</title>
            <link rel="icon" href="data:,"><link rel="stylesheet" href="/shop.css">
            <h1>Shop</h1>{bar}<p id="tall"></p>
            <script {script} async></script>"""
        policy = (
            "default-src 'none'; style-src 'self'; require-trusted-types-for 'script'; img-src data:; "
            f"script-src {firasa}; connect-src {firasa}"
        )
        return Response(html, headers={"Content-Security-Policy": policy})

    @app.get("/shop.css")
    def styles() -> Response:
        bar = "#bar { position: fixed; inset: auto 0 0 0; padding: 10px } #bar button { width: 100%; height: 48px }"
        return Response(f"#tall {{ height: 400px }} {bar}", mimetype="text/css")

    return app


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def errors() -> list[str]:
    """What the pages of this test complained about; empty it where a complaint is expected."""
    return []


@pytest.fixture
def context(browser: Browser, errors: list[str]) -> Iterator[BrowserContext]:
    """A desktop browser's profile, empty at the start of the test."""
    with closing(browser.new_context(viewport={"width": 1280, "height": 900})) as context:
        context.set_default_timeout(PATIENCE)
        watch(context, errors)
        yield context
    assert errors == []


@pytest.fixture
def open_page(browser: Browser, errors: list[str]) -> Iterator[Opener]:
    """Open an address in a profile of its own: ``open_page(url, width=390, java_script_enabled=False)``."""
    with ExitStack() as stack:

        def opened(url: str, *, width: int = 390, height: int = 844, **options: Any) -> Page:
            viewport: Any = {"width": width, "height": height}
            context = stack.enter_context(closing(browser.new_context(viewport=viewport, **options)))
            context.set_default_timeout(PATIENCE)
            watch(context, errors)
            page = context.new_page()
            page.goto(url)
            return page

        yield opened
    assert errors == []


def watch(context: BrowserContext, errors: list[str]) -> None:
    """Collect errors of scripts, and what the console says of refused styles, failed requests and the like."""
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
