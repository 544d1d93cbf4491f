"""``/v1/surveys/next``: which quiz to show now; ``/v1/views``: a quiz was seen; ``/v1/quizzes/{id}/funnel``."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify
from marshmallow import Schema, fields, validate

from service.domain.links import LONGEST
from service.operations import funnels, links, surveys
from service.operations.responses import LONGEST_VISIT
from service.web.api.base import Blueprint, Strict, context
from service.web.api.responses import ENTRY
from service.web.keys import requires_scope
from service.web.signing import link_key

blueprint = Blueprint("surveys", __name__, url_prefix="/v1", description="What is shown to whom, and how far they get.")

_VISIT = validate.Length(1, LONGEST_VISIT)
_LANG = validate.Length(max=16)


class NextSchema(Strict):
    """Who is to be shown something."""

    visit = fields.String(
        required=True, validate=_VISIT, metadata={"description": "A random text the storefront keeps"}
    )
    lang = fields.String(load_default="", validate=_LANG)
    token = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=LONGEST),
        metadata={"description": "A signed token of the shop that says who this is, or for which order"},
    )


class ShownSchema(Schema):
    """The quiz to show."""

    quiz = fields.String(allow_none=True, metadata={"description": "Its id; null when nothing is to be shown"})


class ViewSchema(Strict):
    """A quiz was seen."""

    quiz = fields.String(required=True, validate=validate.Length(1, 64))
    visit = fields.String(required=True, validate=_VISIT)
    entry = fields.String(load_default="", validate=ENTRY, metadata={"description": "inline, bubble, popup, page, …"})
    lang = fields.String(load_default="", validate=_LANG)


class FunnelQuerySchema(Strict):
    """Which days."""

    days = fields.Integer(load_default=funnels.PERIOD_DAYS, validate=validate.Range(1, funnels.MOST_DAYS))


class StepSchema(Schema):
    """How far people got at one question."""

    item = fields.String()
    reached = fields.Integer(metadata={"description": "Were asked it"})
    answered = fields.Integer()
    skipped = fields.Integer()
    left = fields.Integer(metadata={"description": "It was the last they saw"})
    drop_off = fields.Float(allow_none=True, metadata={"description": "left / reached"})
    seconds = fields.Float(allow_none=True, metadata={"description": "Median time to answer"})


class CountsSchema(Schema):
    """How far people got."""

    views = fields.Integer(metadata={"description": "Visits that saw it"})
    starts = fields.Integer(metadata={"description": "Gave at least one answer"})
    completions = fields.Integer(metadata={"description": "Reached the end with at least one answer"})
    start_rate = fields.Float(allow_none=True, metadata={"description": "starts / views"})
    completion_rate = fields.Float(allow_none=True, metadata={"description": "completions / starts"})
    seconds = fields.Float(allow_none=True, metadata={"description": "Median time from beginning to end"})


class PartSchema(CountsSchema):
    """One language, entry or version."""

    name = fields.String()


class FunnelSchema(CountsSchema):
    """How far people got in a quiz, of those who came in these days."""

    quiz = fields.String()
    days = fields.Integer()
    items = fields.List(fields.Nested(StepSchema))
    languages = fields.List(fields.Nested(PartSchema))
    entries = fields.List(fields.Nested(PartSchema))
    versions = fields.List(fields.Nested(PartSchema))


@blueprint.route("/surveys/next", methods=["GET"])
@blueprint.arguments(NextSchema(), location="query")
@blueprint.response(200, ShownSchema)
def next_survey(asked: dict[str, Any]) -> Response:
    """The quiz to show this visit now, if any. What is given counts as shown, once in half an hour of a visit."""
    ctx = context()
    who = links.arrival(ctx, asked["token"], link_key())
    visitor = surveys.Visitor(asked["visit"], asked["lang"], who.customer_id, who.order_id)
    return _fresh(jsonify(quiz=surveys.next_survey(ctx, visitor)))


@blueprint.route("/views", methods=["POST"])
@blueprint.arguments(ViewSchema())
@blueprint.response(204)
@blueprint.problem(404, "quiz_not_found")
def view(asked: dict[str, Any]) -> Response:
    """Say that a visit saw a quiz; a second time changes nothing. Starting a response says it too."""
    surveys.seen(context(), asked["quiz"], asked["visit"], entry=asked["entry"], lang=asked["lang"])
    return Response(status=204)


@blueprint.route("/quizzes/<quiz_id>/funnel", methods=["GET"])
@requires_scope("reports:read")
@blueprint.arguments(FunnelQuerySchema(), location="query")
@blueprint.response(200, FunnelSchema)
@blueprint.problem(401, "unauthorized")
@blueprint.problem(403, "forbidden")
@blueprint.problem(404, "quiz_not_found")
def funnel(asked: dict[str, Any], quiz_id: str) -> Response:
    """How far people got in a quiz: views, starts, completions, and each question."""
    return _fresh(jsonify(funnels.to_json(funnels.funnel(context(actor="api"), quiz_id, asked["days"]))))


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
