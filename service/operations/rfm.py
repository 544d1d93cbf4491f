"""How RFM scores are cut and who counts as a whale: what the marketer chose."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import cast

from service.domain import money
from service.domain.errors import InvalidInput
from service.domain.rfm import SCORES, CutPoints, RfmSettings
from service.domain.whales import WHALE_SHARE, share_of
from service.operations.context import Context
from service.store import settings as store
from service.store import users
from service.store.users import Change

THRESHOLDS, SHARE = "rfm.thresholds", "rfm.whale_share"


def settings(ctx: Context) -> RfmSettings:
    """The choices in force."""
    kept = store.read(ctx.db)
    own: Mapping[str, Sequence[int]] = json.loads(kept.get(THRESHOLDS, "{}"))
    return RfmSettings(kept.get(SHARE, WHALE_SHARE), {score: _cut_points(cuts) for score, cuts in own.items()})


def save_thresholds(ctx: Context, score: str, thresholds: Sequence[str] | None) -> RfmSettings:
    """Cut one score at the marketer's own thresholds, or with ``None`` at the shop's fifths again.

    The worker fits anew soon afterwards.

    :param thresholds: four ascending texts, the highest value of each score but the best: days (``recency``), orders
        (``frequency``), amounts in the shop's currency (``monetary``)
    :raises InvalidInput: when they cannot be taken
    """
    if score not in SCORES:
        raise InvalidInput(f"there is no score {score!r}; there are {', '.join(SCORES)}", "score")
    own = {one: list(cuts.thresholds) for one, cuts in settings(ctx).thresholds.items() if one != score}
    if thresholds is not None:
        own[score] = list(_parsed(ctx, score, thresholds).thresholds)
    _save(ctx, THRESHOLDS, json.dumps(own), "changed the thresholds of RFM", score)
    return settings(ctx)


def save_whale_share(ctx: Context, share: str) -> RfmSettings:
    """Choose which share of customers counts as whales.

    :param share: a decimal text such as ``0.2``
    :raises InvalidInput: when it is no number above 0 and up to 1
    """
    try:
        share_of(share)
    except (ValueError, ZeroDivisionError) as error:
        raise InvalidInput(f"the share of whales is a number above 0 and up to 1 such as 0.2, not {share!r}") from error
    _save(ctx, SHARE, share, "changed the share of whales", share)
    return settings(ctx)


def limit_text(ctx: Context, amount: int) -> str:
    """A limit of ``monetary`` as it is typed: an amount in the shop's currency."""
    return money.to_text(money.Money(amount, ctx.shop.currency))


def _save(ctx: Context, name: str, value: str, action: str, subject: str) -> None:
    with ctx.db.write("definitions") as db:
        store.save(db, {name: value}, ctx.now)
        users.add_change(db, Change(ctx.now, ctx.actor, action, subject, None))


def _parsed(ctx: Context, score: str, thresholds: Sequence[str]) -> CutPoints:
    try:
        numbers = [
            money.parse_minor(text, ctx.shop.currency) if score == "monetary" else int(text) for text in thresholds
        ]
        return _cut_points(numbers)
    except ValueError as error:
        raise InvalidInput(f"four ascending numbers are needed for {score}, not {' '.join(thresholds)}") from error


def _cut_points(thresholds: Sequence[int]) -> CutPoints:
    return CutPoints(cast(tuple[int, int, int, int], tuple(thresholds)))
