"""Drawn products: a shape in a palette, for shops (and for the sample one) that have no photographs yet."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

from flask import url_for

SHAPES = frozenset(
    {"pump", "mist", "drop", "jar", "vial", "tube", "tin", "box", "gift", "pouch", "candle", "burner"}
)  # fmt: skip


@dataclass(frozen=True)
class Palette:
    """Six colours: what is behind the product, the niche it stands in, itself, its cap, its label, the print on it."""

    ground: str
    arch: str
    main: str
    cap: str
    label: str
    ink: str


_OLIVE = Palette("#e6e9d3", "#f4f5e9", "#8a9350", "#343d28", "#fbfaf2", "#4c5527")
_ROSE = Palette("#f3dcde", "#fbf0f0", "#d98b93", "#8d3f4a", "#fff8f6", "#8d3f4a")
_BLUSH = Palette("#f6e2df", "#fdf4f2", "#f0b9b6", "#c3934d", "#ffffff", "#a6545a")
_AMBER = Palette("#f6e4c6", "#fdf5e6", "#c4711f", "#2c2420", "#fffaf0", "#8f4f10")
_LEAF = Palette("#dce8e1", "#f0f6f2", "#5f8d77", "#f2f0ea", "#fbfdfb", "#2f5d49")
_NIGHT = Palette("#d6dbe8", "#eceff6", "#35466b", "#c7a25a", "#f3f4f8", "#2b3a5c")
_SIDR = Palette("#dfe6d5", "#f1f5ec", "#f1f2e6", "#4f6b45", "#f1f2e6", "#4f6b45")
_WATER = Palette("#d6e9ec", "#eef7f8", "#b9dfe3", "#f8fbfb", "#f4fbfc", "#2f6b75")
_PLUM = Palette("#e2d8e9", "#f4eff7", "#5a4370", "#d4b26a", "#f3ecda", "#5a4370")
_ARGAN = Palette("#f2e0c6", "#fbf2e3", "#b8782e", "#5b3a1a", "#fdf6e8", "#7a4a17")
_SEED = Palette("#e0dcd4", "#f3f1ec", "#37322f", "#b98f4e", "#efe8d9", "#37322f")
_SUN = Palette("#fbe9bf", "#fff7e2", "#f3bf4d", "#fff8e8", "#fffdf6", "#8a5a10")
_TAN = Palette("#f0dccd", "#faf1ea", "#d7a07c", "#7a4a30", "#fdf5ee", "#7a4a30")
_CLAY = Palette("#e8dace", "#f6efe8", "#a98160", "#c6a384", "#f3e7da", "#6b4a30")
_TEAL = Palette("#d8e5e2", "#eef5f3", "#2f6560", "#244f4b", "#f3efe4", "#2f6560")
_GARNET = Palette("#f1dad7", "#fbf1ef", "#b95f62", "#f1dfba", "#fff8f2", "#7d2f36")
_WALNUT = Palette("#e3d8c9", "#f5efe6", "#5b3c28", "#cda651", "#f3e7cf", "#5b3c28")
_SKY = Palette("#d8e4ee", "#eff5f9", "#93b3c8", "#e6a3a0", "#f7f9fb", "#3d5c73")
_OUD = Palette("#dfd4c9", "#f3ede6", "#4a3226", "#efe2cc", "#e9d9bd", "#4a3226")
_HONEY = Palette("#f5dfbf", "#fdf3e2", "#cf842f", "#fff1d6", "#fff8ea", "#8a4f10")
_LINEN = Palette("#e1e6f1", "#f4f6fb", "#c6d1e8", "#f8f9fc", "#fbfcfe", "#4b5b84")
_RESERVE = Palette("#decfbd", "#f3eadf", "#6e3f1a", "#d2a647", "#f2e2bd", "#6e3f1a")
_EMBER = Palette("#e9d8ca", "#f7eee7", "#a85f3d", "#d2a647", "#fbeedd", "#7a3d22")
_BALM = Palette("#f5e9c9", "#fdf8e9", "#eccf80", "#f5e3ab", "#fdf6e0", "#8a6a1e")

_BY_PRODUCT = {
    "olive-cleanser": _OLIVE,
    "rose-cleanser": _ROSE,
    "rose-water": _BLUSH,
    "glow-serum": _AMBER,
    "calm-serum": _LEAF,
    "repair-serum": _NIGHT,
    "sidr-cream": _SIDR,
    "light-gel-cream": _WATER,
    "rich-night-cream": _PLUM,
    "argan-oil": _ARGAN,
    "black-seed-oil": _SEED,
    "daily-sunscreen": _SUN,
    "tinted-sunscreen": _TAN,
    "clay-mask": _CLAY,
    "starter-set": _TEAL,
    "gift-set-classic": _GARNET,
    "gift-set-royal": _WALNUT,
    "travel-minis": _SKY,
    "oud-candle": _OUD,
    "amber-candle": _HONEY,
    "linen-mist": _LINEN,
    "oud-oil-reserve": _RESERVE,
    "incense-box": _EMBER,
    "baby-balm": _BALM,
}
_ALL = tuple(_BY_PRODUCT.values())


def palette(product_id: str) -> Palette:
    """The palette of a product; one that is unknown gets one by its id, always the same."""
    return _BY_PRODUCT.get(product_id) or _ALL[crc32(product_id.encode()) % len(_ALL)]


def picture_at(image: str, thing_id: str) -> str:
    """Where the picture of a product or an option is: its own address, or a drawing."""
    if "/" in image or "." in image:
        return image
    return url_for("hosted.picture", shape=image or "box", product_id=thing_id)
