"""For machines that watch: ``/healthz`` (alive), ``/readyz`` (can work), ``/metrics`` (Prometheus)."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify

from service.operations import health as operations
from service.web.problems import answer

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process is alive; nothing else is looked at."""
    return jsonify(status="ok")


@blueprint.get("/readyz")
def readyz() -> Response:
    """The database answers and no migration is pending; else 503."""
    problem = operations.not_ready(current_app.extensions["firasa"].db)
    if problem:
        return answer(503, "unavailable", problem, headers={"Retry-After": "5"})
    return jsonify(status="ready")


@blueprint.get("/metrics")
def metrics() -> Response:
    """Counts and times for Prometheus."""
    body, content_type = operations.metrics(current_app.extensions["firasa"].context(actor="metrics"))
    return Response(body, content_type=content_type)
