"""The words for what is stored as a word: facts, statuses, roles, kinds of question, changes."""

from __future__ import annotations

from collections.abc import Mapping

from service.web.i18n import N_

FACTS: Mapping[str, str] = {
    "orders.count": N_("paid orders"),
    "orders.net_revenue": N_("net revenue"),
    "orders.profit": N_("profit"),
    "orders.average": N_("average order"),
    "orders.refunded": N_("refunded amount"),
    "orders.first_at": N_("day of the first order"),
    "orders.last_at": N_("day of the last order"),
    "orders.days_since_first": N_("time since the first order"),
    "orders.days_since_last": N_("time since the last order"),
    "orders.mean_gap_days": N_("usual time between orders"),
    "orders.overdue_ratio": N_("time since the last order, against the usual gap"),
    "orders.discount_share": N_("discount as a share of value"),
    "orders.discounted_share": N_("share of orders with a discount"),
    "orders.first_source": N_("source of the first order"),
    "orders.first_product": N_("first product bought"),
    "orders.whale": N_("among the best fifth by net revenue"),
    "rfm.recency": N_("recency score"),
    "rfm.frequency": N_("frequency score"),
    "rfm.monetary": N_("spending score"),
    "rfm.code": N_("RFM code"),
    "rfm.group": N_("buying pattern"),
    "persona.psychographic": N_("persona by answers"),
    "persona.psychographic.probability": N_("certainty of the persona"),
    "persona.behavioural": N_("buying pattern"),
    "customer.country": N_("country"),
    "customer.city": N_("city"),
    "customer.language": N_("language"),
    "consent.email": N_("consent to email"),
    "consent.sms": N_("consent to text messages"),
}

WORDS: Mapping[str, str] = {
    "yes": N_("yes"),
    "no": N_("no"),
    "granted": N_("granted"),
    "withdrawn": N_("withdrawn"),
    "unknown": N_("not clear yet"),
}

STATUS: Mapping[str, tuple[str, str]] = {
    "due": (N_("waiting"), "accent"),
    "sending": (N_("on its way"), "accent"),
    "delivered": (N_("delivered"), "success"),
    "dead": (N_("given up"), "danger"),
    "blocked": (N_("not allowed"), "warning"),
    "active": (N_("active"), "success"),
    "paused": (N_("paused"), "warning"),
    "disabled": (N_("switched off"), "danger"),
    "live": (N_("live"), "success"),
    "archived": (N_("archived"), ""),
    "paid": (N_("paid"), "success"),
    "pending": (N_("not paid yet"), "warning"),
    "refunded": (N_("refunded"), ""),
    "cancelled": (N_("cancelled"), ""),
    "refused": (N_("refused at the door"), "danger"),
    "open": (N_("not finished"), "accent"),
    "complete": (N_("finished"), "success"),
    "granted": (N_("granted"), "success"),
    "withdrawn": (N_("withdrawn"), "danger"),
    "candidate": (N_("candidate"), "accent"),
    "retired": (N_("retired"), ""),
}

ROLES: Mapping[str, str] = {"owner": N_("owner"), "marketer": N_("marketer"), "viewer": N_("viewer")}

ITEM_TYPES: Mapping[str, str] = {
    "single": N_("one choice"),
    "multiple": N_("several choices"),
    "yes_no": N_("yes or no"),
    "rating": N_("rating"),
    "nps": N_("0 to 10"),
    "number": N_("number"),
    "short_text": N_("short text"),
    "long_text": N_("long text"),
    "statement": N_("only text"),
}

SOURCES: Mapping[str, str] = {
    "prototype": N_("the portraits of the personas, until a model is trained"),
    "trained": N_("a model trained on labelled answers"),
    "rfm": N_("how recently, how often and for how much they bought"),
    "inferred": N_("what similar buyers answered"),
}


# What the record of changes says, as operations write it (in English), for readers of other languages.
ACTIONS: Mapping[str, str] = {
    "activated a persona model": N_("put a persona model to use"),
    "added the destination": N_("connected the tool"),
    "archived": N_("archived"),
    "changed the password of": N_("changed the password of"),
    "changed the secret of the destination": N_("changed the secret of the tool"),
    "changed the settings of": N_("changed the settings of"),
    "disabled": N_("locked out"),
    "disabled the destination": N_("switched off the tool"),
    "enabled": N_("let in again"),
    "erased the person": N_("erased the person"),
    "gave back to the files": N_("gave back to its file"),
    "gave the role": N_("gave another role to"),
    "made a setup link": N_("made a setup link for the role"),
    "made the API key": N_("made the API key"),
    "made the account": N_("made the account"),
    "paused": N_("paused"),
    "paused the destination": N_("paused the tool"),
    "published version": N_("published a version of"),
    "resumed": N_("made live again"),
    "resumed the destination": N_("resumed the tool"),
    "revoked the API key": N_("revoked the API key"),
    "took over": N_("took over"),
    "stopped contact": N_("stopped contact with"),
    "trained a persona model": N_("trained a persona model"),
    "withdrew consent": N_("withdrew the consent of"),
}
