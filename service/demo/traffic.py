"""Where simulated visitors come from: the first touch of customers, the touch of each order, and visits per day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from service.demo.dice import Dice
from service.demo.timeline import DAYS, Season, Timeline


@dataclass(frozen=True)
class Touch:
    """Where a visit came from, as an online shop's analytics name it."""

    source: str
    medium: str = ""
    campaign: str = ""
    term: str = ""


@dataclass(frozen=True)
class Visits:
    """Visits of one day from one source, medium and campaign. `day` is days since 1970-01-01 in the shop's zone."""

    day: int
    source: str
    medium: str
    campaign: str
    count: int


INSTAGRAM_LAUNCH = Touch("instagram", "paid-social", "first-ritual")
INSTAGRAM_ROUTINE = Touch("instagram", "social", "routine-reels")
TIKTOK = Touch("tiktok", "social", "skin-tips")
SNAPCHAT = Touch("snapchat", "paid-social", "stories")
GOOGLE_SERUMS = Touch("google", "cpc", "serums")
GOOGLE_OUD = Touch("google", "cpc", "oud-home")
GOOGLE_BRAND = Touch("google", "cpc", "brand")
GOOGLE_ORGANIC = Touch("google", "organic")
DIRECT = Touch("direct")
COUPON_SITES = Touch("coupon-sites", "referral")
PODCAST = Touch("podcast", "audio", "majlis")
EMAIL = Touch("email", "newsletter", "weekly")
EMAIL_GIFTS = Touch("email", "newsletter", "gift-weeks")
EMAIL_SALE = Touch("email", "newsletter", "season-sale")
EMAIL_BACK = Touch("email", "automation", "come-back")

_TERMS: Mapping[Touch, tuple[str, ...]] = {
    GOOGLE_SERUMS: ("vitamin c serum", "سيروم فيتامين سي", "serum for sensitive skin", "سيروم للبشرة الحساسة"),
    GOOGLE_OUD: ("oud candle", "دهن عود معتق", "شمعة عود", "luxury oud gift"),
    GOOGLE_BRAND: ("sidr and rose", "سدر وورد"),
}

# Where customers first came from. The podcast is planted: few visits, many whales.
_USUAL: Mapping[Touch, float] = {
    INSTAGRAM_LAUNCH: 15,
    INSTAGRAM_ROUTINE: 13,
    TIKTOK: 17,
    SNAPCHAT: 8,
    GOOGLE_SERUMS: 11,
    GOOGLE_OUD: 4,
    GOOGLE_BRAND: 4,
    GOOGLE_ORGANIC: 14,
    DIRECT: 9,
    COUPON_SITES: 3.5,
    PODCAST: 1.2,
}
_LEANINGS: Mapping[str, Mapping[Touch, float]] = {
    "whale": {PODCAST: 60, GOOGLE_OUD: 14, TIKTOK: 3, SNAPCHAT: 3, COUPON_SITES: 0.3},
    "loyal": {PODCAST: 2.5, GOOGLE_ORGANIC: 22, TIKTOK: 10},
    "deal_seeker": {COUPON_SITES: 22, PODCAST: 0.2, TIKTOK: 20},
    "one_timer": {TIKTOK: 26, SNAPCHAT: 12, PODCAST: 0.6},
}

# Average visits a day for each customer of the simulation, by source: large is not the same as valuable.
_VISITS: Mapping[Touch, float] = {
    INSTAGRAM_LAUNCH: 0.070,
    INSTAGRAM_ROUTINE: 0.062,
    TIKTOK: 0.128,
    SNAPCHAT: 0.044,
    GOOGLE_SERUMS: 0.046,
    GOOGLE_OUD: 0.017,
    GOOGLE_BRAND: 0.022,
    GOOGLE_ORGANIC: 0.074,
    DIRECT: 0.060,
    COUPON_SITES: 0.018,
    PODCAST: 0.009,
    EMAIL: 0.034,
    EMAIL_BACK: 0.006,
}
_VISITS_IN_GIFT_WEEKS: Mapping[Touch, float] = {EMAIL_GIFTS: 0.035}
_VISITS_IN_SALES: Mapping[Touch, float] = {EMAIL_SALE: 0.060}
_LEAST_VISITS_PER_ORDER = 4
_EPISODE_EVERY = 7  # the podcast comes out once a week, and is heard most in the two days after


def first_touch(dice: Dice, behavioural: str) -> Touch:
    """Where a customer of this behavioural type first came from."""
    return _with_term(dice, dice.pick({**_USUAL, **_LEANINGS.get(behavioural, {})}))


def later_touch(dice: Dice, first: Touch, season: Season, *, reads_email: bool, long_gone: bool) -> Touch:
    """Where a customer came from for a later order: mostly straight to the shop, by search or by email."""
    weights: dict[Touch, float] = {
        DIRECT: 30,
        GOOGLE_ORGANIC: 14,
        GOOGLE_BRAND: 9,
        INSTAGRAM_ROUTINE: 9,
    }
    # Who came by a podcast or an ad once may do so again.
    weights[first] = weights.get(first, 0.0) + 10
    if reads_email:
        weights[EMAIL_SALE if season.sale else EMAIL_GIFTS if season.gifts else EMAIL] = 34
        if long_gone:
            weights[EMAIL_BACK] = 25
    return _with_term(dice, dice.pick(weights))


def draw_visits(
    seed: int, customers: int, timeline: Timeline, seasons: Sequence[Season], orders: Iterable[tuple[int, Touch]]
) -> tuple[Visits, ...]:
    """Visits per day and source.

    :param customers: the size of the shop: visits grow with it
    :param orders: day and touch of each order; a source never has fewer visits than its orders need
    """
    dice = Dice(seed, "visits")
    needed = Counter((day, touch.source, touch.medium, touch.campaign) for day, touch in orders)
    drawn: dict[tuple[int, str, str, str], int] = {}
    for day in range(DAYS):
        season = seasons[day]
        level = customers * (0.8 + 0.4 * day / DAYS) * _busy(season)
        touches = dict(_VISITS)
        touches.update(_VISITS_IN_GIFT_WEEKS if season.gifts else {})
        touches.update(_VISITS_IN_SALES if season.sale else {})
        for touch, share in touches.items():
            mean = level * share * (_episode(day) if touch == PODCAST else 1.0)
            count = int(mean * max(0.3, dice.normal(1.0, 0.12)) + 0.5)
            drawn[day, touch.source, touch.medium, touch.campaign] = count
    for key, count in needed.items():
        drawn[key] = max(drawn.get(key, 0), count * _LEAST_VISITS_PER_ORDER)
    return tuple(Visits(timeline.first_day + key[0], *key[1:], count) for key, count in sorted(drawn.items()) if count)


def _busy(season: Season) -> float:
    level = 1.0
    if season.gifts:
        level *= 1.35
    if season.sale:
        level *= 1.7
    if season.weekend:
        level *= 1.1
    return level


def _episode(day: int) -> float:
    return 2.4 if day % _EPISODE_EVERY < 2 else 0.44


def _with_term(dice: Dice, touch: Touch) -> Touch:
    terms = _TERMS.get(Touch(touch.source, touch.medium, touch.campaign))
    return Touch(touch.source, touch.medium, touch.campaign, dice.one_of(terms)) if terms else touch
