"""What the API's blueprints share: a Blueprint that reads JSON at the edge, and strict schemas."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import current_app
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import RAISE, Schema

from service.operations.context import Context
from service.web.edge import EdgeParser


class Blueprint(SmorestBlueprint):
    """A flask-smorest blueprint whose bodies pass the edge first."""

    ARGUMENTS_PARSER: ClassVar[Any] = EdgeParser()


class Strict(Schema):
    """A schema that refuses fields it does not know."""

    class Meta:
        unknown = RAISE


def context(actor: str = "shopper") -> Context:
    """The Context of this request."""
    found: Context = current_app.extensions["firasa"].context(actor=actor)
    return found
