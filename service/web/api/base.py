"""What the API's blueprints share: a Blueprint that reads JSON at the edge, and strict schemas."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import current_app
from flask_smorest import Api as SmorestApi
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import RAISE, Schema

from service.operations.context import Context
from service.web.edge import EdgeParser
from service.web.problems import ProblemSchema

PROBLEM = "application/problem+json"


class Blueprint(SmorestBlueprint):
    """A flask-smorest blueprint whose bodies pass the edge first."""

    ARGUMENTS_PARSER: ClassVar[Any] = EdgeParser()

    def problem(self, status: int, description: str) -> Any:
        """Describe an error a route may answer with, as a problem document."""
        return self.alt_response(status, schema=ProblemSchema, content_type=PROBLEM, description=description)


class Api(SmorestApi):
    """flask-smorest's Api, whose errors are described as what they are: problem documents."""

    ERROR_SCHEMA = ProblemSchema

    def _register_responses(self) -> None:
        self.DEFAULT_RESPONSE_CONTENT_TYPE = PROBLEM
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = SmorestApi.DEFAULT_RESPONSE_CONTENT_TYPE


class Strict(Schema):
    """A schema that refuses fields it does not know."""

    class Meta:
        unknown = RAISE


def context(actor: str = "shopper") -> Context:
    """The Context of this request."""
    found: Context = current_app.extensions["firasa"].context(actor=actor)
    return found
