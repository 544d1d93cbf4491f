"""The demo shop: a small believable storefront around the chat. It is simulated, and every page says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from zlib import crc32

import yaml
from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from service.domain.money import Money, parse_minor
from service.domain.text import Text, direction
from service.web import i18n, wording
from service.web.storefront import guarded

blueprint = Blueprint("shop", __name__)

CURRENCY = "SAR"
_LOVED = 8
_RELATED = 4
_SHELVES: Mapping[str, tuple[str, ...]] = {
    "skin": ("cleansers", "toners", "serums", "creams", "oils", "sun", "masks"),
    "sets": ("sets",),
    "home": ("home", "care"),
}
_KINDS = {"sets": "set", "home": "scent"}  # where the word on a product differs from the category's id


@dataclass(frozen=True)
class Product:
    """A product as the shop shows it; ``image`` is the shape in which it is drawn."""

    id: str
    name: Text
    text: Text
    category: str
    price: Money
    image: str
    popularity: float

    @property
    def kind(self) -> str:
        """Key of the word for what it is."""
        return _KINDS.get(self.category, self.category)

    @property
    def shelf(self) -> str:
        """The section of the shop it belongs to."""
        return next(shelf for shelf, categories in _SHELVES.items() if self.category in categories)


@lru_cache(maxsize=1)
def products() -> Mapping[str, Product]:
    """The sample shop's products by id, in the order of the file that the simulation reads too."""
    text = files("service").joinpath("demo/products.yaml").read_text(encoding="utf-8")
    return {
        entry["id"]: Product(
            id=entry["id"],
            name=Text(entry["name"]),
            text=Text(entry["description"]),
            category=entry["category"],
            price=Money(parse_minor(entry["price"], CURRENCY), CURRENCY),
            image=entry["image"],
            popularity=float(entry["popularity"]),
        )
        for entry in yaml.safe_load(text)["products"]
    }


@blueprint.get("/")
def home() -> Response:
    """The shop's first page: most loved, the quiz, everything by shelf."""
    everything = list(products().values())
    shelves = {shelf: [one for one in everything if one.shelf == shelf] for shelf in _SHELVES}
    loved = sorted(everything, key=lambda one: -one.popularity)[:_LOVED]
    return _page("home.html", shelves=shelves, loved=loved)


@blueprint.get("/<product_id>")
def product(product_id: str) -> Response:
    """One product."""
    shown = _product(product_id)
    others = [one for one in products().values() if one.id != shown.id]
    related = sorted(
        others, key=lambda one: (one.shelf != shown.shelf, one.category == shown.category, -one.popularity)
    )
    return _page("product.html", product=shown, related=related[:_RELATED])


@blueprint.get("/thanks")
def thanks() -> Response:
    """What a shopper sees after an order, with the survey."""
    shown = _product(request.args.get("product", "sidr-cream"))
    return _page("thanks.html", product=shown, number=f"SR-{10_000 + crc32(shown.id.encode()) % 90_000}")


def _product(product_id: str) -> Product:
    found = products().get(product_id)
    if found is None:
        raise NoSuchPage("There is no such product in the sample shop.")
    return found


def _page(template: str, **values: object) -> Response:
    lang = i18n.wanted_language(request.args.get("lang"))
    i18n.set_reader(i18n.Reader(lang=lang, currency=CURRENCY))
    page = render_template(
        f"storefront/{template}",
        lang=lang,
        dir=direction(lang),
        other="ar" if lang == "en" else "en",
        languages=i18n.LANGUAGES,
        t=wording.speaker("shop", lang),
        all_products=products(),
        **values,
    )
    return guarded(page, lang)
