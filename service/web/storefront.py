"""What shoppers open: the chat's file, drawn products, the hosted quiz (also without JavaScript), and the demo shop."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from service.config import Config
from service.domain import links
from service.domain.errors import NotFound
from service.domain.text import direction
from service.domain.turns import Recommended
from service.operations import links as operations
from service.web import hosted_forms, i18n, pictures, wording
from service.web import widget as chat_file
from service.web.api.base import context
from service.web.edge import limiter
from service.web.pictures import picture_at
from service.web.signing import link_key

blueprint = Blueprint("hosted", __name__)

_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_LONGEST_PHONE = 32
_DAY = 24 * 3600


def init_app(app: Flask, *, demo: bool) -> None:
    """Join the pages for shoppers; the demo shop only when asked for."""
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(widget_address=widget_address, picture_at=picture_at)
    if demo:
        from service.web import shop

        app.register_blueprint(shop.blueprint, url_prefix="/shop")


@blueprint.get("/")
def root() -> Response:
    """The address without a path: the demo shop, or the place for colleagues."""
    return redirect(url_for("shop.home") if _config().demo else url_for("admin.overview"))


# the chat's file and pictures --------------------------------------------------------------------------------------


@blueprint.get("/widget/firasa.js")
@blueprint.get("/widget/firasa.<tag>.js")
def widget(tag: str = "") -> Response:
    """The chat, for every shop's page: under its short address for five minutes, under its lasting one for good."""
    found = chat_file.bundle()
    lasting = tag == found.tag
    return _sent(found, "text/javascript", "public, max-age=31536000, immutable" if lasting else "public, max-age=300")


@blueprint.get("/widget/words/<lang>.json")
def words(lang: str) -> Response:
    """The chat's own words in a language."""
    found = chat_file.words(lang[:8], context().shop.numerals)
    return _sent(found, "application/json", "public, max-age=300")


def widget_address() -> str:
    """The lasting address of the chat's file: it changes with the file."""
    return url_for("hosted.widget", tag=chat_file.bundle().tag)


def _sent(found: chat_file.Bundle, mimetype: str, keep: str) -> Response:
    """A file for pages of other origins; compressed, since a proxy may not do it."""
    compressed = request.accept_encodings.quality("gzip") > 0
    response = Response(found.small if compressed else found.plain, mimetype=mimetype)
    if compressed:
        response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    response.headers["Cache-Control"] = keep
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.set_etag(found.tag + ("z" if compressed else ""))
    return response.make_conditional(request)


@blueprint.get("/widget/pictures/<shape>/<product_id>.svg")
def picture(shape: str, product_id: str) -> Response:
    """A drawn product, for shops that have no photograph of it."""
    if shape not in pictures.SHAPES or not _ID.fullmatch(product_id):
        raise NoSuchPage()
    drawn = render_template("storefront/picture.svg", shape=shape, p=pictures.palette(product_id))
    response = Response(drawn, mimetype="image/svg+xml")
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    response.headers["Cache-Control"] = f"public, max-age={_DAY}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def picture_address(product: Recommended) -> str:
    """Where the picture of a product is: its own address, or a drawing."""
    return picture_at(product.image, product.id)


# the hosted quiz ---------------------------------------------------------------------------------------------------


@blueprint.get("/q/<quiz_id>")
def show(quiz_id: str) -> Response:
    """The quiz on a page of its own: the chat, or its beginning as a form. It records nothing, whoever opens it."""
    ctx = context()
    version = ctx.definitions.live.get(quiz_id)
    if version is None:
        raise NotFound("quiz", f"there is no live quiz '{quiz_id}'")
    quiz = ctx.definitions.quiz_version(quiz_id, version)
    lang = quiz.lang(request.args.get("lang") or i18n.wanted_language())
    token = operations.alive(ctx, request.args.get("t", ""), link_key())
    words = {
        "title": quiz.title.get(lang),
        "welcome": quiz.welcome.get(lang),
        "visit": links.visit(token) if token else ctx.token(),
        "token": token,
        "given": hosted_forms.given(quiz, request.args.get("a", ""), lang),
        "turn": None,
    }
    return _page(quiz_id, lang, quiz.languages, words)


@blueprint.post("/q/<quiz_id>")
def step(quiz_id: str) -> Response:
    """One step without JavaScript: take what the form says, show the next turn."""
    limiter().address(request.remote_addr or "")
    ctx = context()
    taken = hosted_forms.take(ctx, quiz_id, request.form)
    shop = ctx.shop
    lang = taken.turn.lang
    i18n.set_reader(i18n.Reader(lang=lang, timezone=shop.timezone, currency=shop.currency, numerals=shop.numerals))
    values = {"title": taken.turn.title, "picture": picture_address, **vars(taken)}
    return _page(quiz_id, lang, taken.turn.languages, values)


def _page(quiz_id: str, lang: str, languages: tuple[str, ...], values: Mapping[str, object]) -> Response:
    page = render_template(
        "storefront/quiz.html",
        **{
            "quiz_id": quiz_id,
            "lang": lang,
            "dir": direction(lang),
            "others": [code for code in languages if code != lang],
            "languages": i18n.LANGUAGES,
            "t": wording.speaker("quiz", lang),
            **values,
        },
    )
    return guarded(page, lang, frames=("'self'", *_config().allowed_origins))


def guarded(page: str, lang: str, *, frames: tuple[str, ...] = ("'none'",)) -> Response:
    """A page for shoppers with its headers: nothing from elsewhere but pictures, no referrer, no cache."""
    response = Response(page, mimetype="text/html")
    response.headers["Content-Language"] = lang
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Content-Security-Policy"] = "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "font-src 'self'",
            "connect-src 'self'",
            "img-src 'self' https: data:",
            "form-action 'self'",
            "base-uri 'none'",
            f"frame-ancestors {' '.join(frames)}",
        )
    )
    return response


def _config() -> Config:
    found: Config = current_app.config["FIRASA_CONFIG"]
    return found
