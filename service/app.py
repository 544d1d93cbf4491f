"""The web application, joined in one place. Nothing is started here: no thread, no connection, no migration."""

from __future__ import annotations

import re
import secrets
import time

import structlog
from flask import Flask, Response, g, request

from service import __version__
from service.catalog.files import resource_dir
from service.config import Config
from service.runtime import Runtime
from service.web import auth, edge, health, i18n, problems, storefront
from service.web.admin import blueprint as admin
from service.web.api import customers as api_customers
from service.web.api import orders as api_orders
from service.web.api import responses as api_responses
from service.web.api import surveys as api_surveys
from service.web.api.base import Api

log = structlog.get_logger()
_REQUEST_ID = re.compile(r"[\w.-]{8,64}")


def create_app(config: Config, runtime: Runtime | None = None) -> Flask:
    """The WSGI application.

    :param runtime: what outlives a request; made from ``config`` unless given
    """
    app = Flask("service", template_folder=str(resource_dir("templates")), static_folder="static")
    app.secret_key = config.secret_key
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.config.update(
        FIRASA_CONFIG=config,
        MAX_CONTENT_LENGTH=edge.LARGEST_BATCH,
        MAX_FORM_MEMORY_SIZE=edge.LARGEST_BATCH,
        API_TITLE="Firasa",
        API_VERSION=__version__,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={"info": {"description": "Quizzes and surveys that become personas, segments and tags."}},
    )
    app.extensions["firasa"] = runtime or Runtime(config)
    app.extensions["firasa.limiter"] = edge.Limiter(config.rate_limit_address, config.rate_limit_response)
    auth.init_app(app, secure=config.public_url.startswith("https://"))
    i18n.init_app(app)
    edge.init_app(app, config.allowed_origins)
    _note_requests(app)
    api = Api(app)
    api.register_blueprint(api_responses.blueprint)
    api.register_blueprint(api_surveys.blueprint)
    api.register_blueprint(api_orders.blueprint)
    api.register_blueprint(api_customers.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(admin, url_prefix="/admin")
    storefront.init_app(app, demo=config.demo)
    problems.init_app(app)
    if config.trusted_proxies:
        app.wsgi_app = edge.TrustedProxies(app.wsgi_app, config.trusted_proxies)  # type: ignore[method-assign]
    return app


def _note_requests(app: Flask) -> None:
    """Give each request an id, in the log and in the answer."""

    @app.before_request
    def begin() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
        g.began = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers["X-Request-Id"] = g.get("request_id", "")
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        if response.status_code >= 500:
            took = round(time.perf_counter() - g.get("began", time.perf_counter()), 4)
            log.warning(
                "request", method=request.method, route=str(request.url_rule), status=response.status_code, s=took
            )
        return response
