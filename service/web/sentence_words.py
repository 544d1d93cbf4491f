"""The words that sentences about conditions are made of; each is translated where it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from service.web.i18n import N_, ngettext

COMPARISONS: Mapping[str, str] = {
    "eq": N_("%(fact)s: %(value)s"),
    "ne": N_("%(fact)s: anything but %(value)s"),
    "lt": N_("%(fact)s below %(value)s"),
    "lte": N_("%(fact)s at most %(value)s"),
    "gt": N_("%(fact)s above %(value)s"),
    "gte": N_("%(fact)s at least %(value)s"),
    "between": N_("%(fact)s from %(low)s to %(high)s"),
    "in": N_("%(fact)s: one of %(value)s"),
    "has": N_("%(fact)s includes %(value)s"),
    "all_of": N_("%(fact)s includes all of %(value)s"),
}

TIMES: Mapping[str, str] = {
    "lt": N_("%(fact)s before %(value)s"),
    "lte": N_("%(fact)s on %(value)s or before"),
    "gt": N_("%(fact)s after %(value)s"),
    "gte": N_("%(fact)s on %(value)s or after"),
}

LOOKED_FOR: Mapping[str, str] = {
    "contains": N_("%(fact)s contains “%(value)s”"),
    "starts_with": N_("%(fact)s begins with “%(value)s”"),
    "ends_with": N_("%(fact)s ends with “%(value)s”"),
    "matches": N_("%(fact)s has the words “%(value)s”"),
}

SAID: Mapping[str, tuple[str, str]] = {
    "skipped": (N_("%(fact)s: skipped"), N_("%(fact)s: not skipped")),
    "never_asked": (N_("%(fact)s: never asked"), N_("%(fact)s: asked at some time")),
}

RANKED: Mapping[str, str] = {
    "top_percent": N_("%(fact)s: among the highest %(percent)s of customers"),
    "bottom_percent": N_("%(fact)s: among the lowest %(percent)s of customers"),
    "above_median": N_("%(fact)s: above the middle of the shop"),
    "below_median": N_("%(fact)s: below the middle of the shop"),
}

# The place of the fact is filled in by the caller: its name may hold a per cent sign.
COUNTED: Mapping[str, Callable[[int], str]] = {
    "in_last_days": lambda n: ngettext("%(fact)s: today", "%(fact)s: in the last %(num)s days", n, fact="%(fact)s"),
    "before_last_days": lambda n: ngettext(
        "%(fact)s: at least %(num)s day ago", "%(fact)s: at least %(num)s days ago", n, fact="%(fact)s"
    ),
    "in_next_days": lambda n: ngettext(
        "%(fact)s: on this day", "%(fact)s: in the next %(num)s days", n, fact="%(fact)s"
    ),
    "anniversary_within": lambda n: ngettext(
        "%(fact)s: the anniversary is today or tomorrow",
        "%(fact)s: the anniversary is at most %(num)s days ahead",
        n,
        fact="%(fact)s",
    ),
    "changed_in_last_days": lambda n: ngettext(
        "%(fact)s: changed today", "%(fact)s: changed in the last %(num)s days", n, fact="%(fact)s"
    ),
}

NEEDED: Mapping[str, str] = {
    "eq": N_("exactly %(value)s"),
    "ne": N_("anything but %(value)s"),
    "lt": N_("less than %(value)s"),
    "lte": N_("at most %(value)s"),
    "gt": N_("more than %(value)s"),
    "gte": N_("at least %(value)s"),
    "between": N_("from %(low)s to %(high)s"),
}

MEASURES: Mapping[str, str] = {
    "sum": N_("total of %(field)s"),
    "average": N_("average of %(field)s"),
    "minimum": N_("smallest %(field)s"),
    "maximum": N_("largest %(field)s"),
    "distinct": N_("how many different: %(field)s"),
}

FIELDS: Mapping[str, str] = {
    "revenue": N_("net revenue"),
    "gross": N_("value before discount"),
    "discount": N_("discount"),
    "units": N_("pieces"),
    "day": N_("order day"),
    "source": N_("traffic source"),
    "medium": N_("medium"),
    "campaign": N_("campaign"),
    "coupon": N_("coupon"),
    "status": N_("order status"),
    "payment_method": N_("payment method"),
    "country": N_("country"),
    "amount": N_("value before discount"),
    "quantity": N_("pieces"),
    "unit_price": N_("price of one piece"),
    "product": N_("product"),
    "category": N_("category"),
}

STATUSES: Mapping[str, str] = {
    "paid": N_("paid"),
    "pending": N_("not paid yet"),
    "refunded": N_("refunded"),
    "cancelled": N_("cancelled"),
    "refused": N_("refused"),
}

# What the keys of ``vocabulary.MISSING`` say.
MISSING: Mapping[str, str] = {
    "never": N_("always known"),
    "orders": N_("not known without a paid order"),
    "two_days": N_("not known before orders on two different days"),
    "expected": N_("not known without a paid order, or while the shop has too few repeat orders to know its usual gap"),
    "source": N_("not known when the first order says no source"),
    "product": N_("not known when the first order names no product"),
    "cost": N_("not known when the cost of no order is known"),
    "fitted": N_("not known until the shop's orders have been looked at for the first time, or without a paid order"),
    "moved": N_("not known until the group changes for the first time"),
    "answer": N_("not known when the question was not asked, not reached or skipped"),
    "skipped": N_("not known unless the question was shown and skipped"),
    "outcome": N_("not known until the quiz is finished"),
    "answered": N_("not known until the customer has answered something"),
    "abstained": N_("not known when the persona is unknown"),
    "inferred": N_("not known until a model that infers personas is active, or when it abstains"),
    "modelled": N_("not known until a model of future orders is active, or without a paid order"),
    "whale": N_("not known until a model of whales is active"),
    "record": N_("not known when the shop did not say"),
    "place": N_("not known unless the postal code is in the imported list of places"),
    "consent": N_("not known for a channel the customer was never asked about"),
    "contact": N_("not known until an email tool reports it"),
    "rhythm": N_("not known until customers have ordered again 30 times, or without a paid order"),
    "repeated": N_("not known until two orders have the same"),
    "habits": N_("not known before a third order, or while the shop has fewer than 200 orders"),
}
