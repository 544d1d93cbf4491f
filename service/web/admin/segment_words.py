"""The words of the segment builder: parts of the picker, operators, windows; each is translated where it is shown."""

from __future__ import annotations

from collections.abc import Mapping

from service.web.i18n import N_

FAMILIES: Mapping[str, str] = {
    "bought": N_("What they bought"),
    "after": N_("One purchase after another"),
    "orders": N_("Their orders altogether"),
    "pattern": N_("Buying pattern (RFM)"),
    "expected": N_("Rhythm and what is expected"),
    "quiz": N_("Answers: %(quiz)s"),
    "traits": N_("Personality scales"),
    "persona": N_("Persona"),
    "person": N_("Place, language and stage"),
    "own": N_("The shop's own fields"),
    "contact": N_("Consent and emails"),
    "segments": N_("Other segments"),
    "other": N_("Something else"),
}

OPS: Mapping[str, str] = {
    "eq": N_("is"),
    "ne": N_("is known and is not"),
    "lt": N_("is below"),
    "lte": N_("is at most"),
    "gt": N_("is above"),
    "gte": N_("is at least"),
    "between": N_("lies between"),
    "in": N_("is one of"),
    "has": N_("includes"),
    "all_of": N_("includes all of"),
    "contains": N_("contains the letters"),
    "starts_with": N_("begins with"),
    "ends_with": N_("ends with"),
    "matches": N_("has the words"),
    "exists": N_("is known at all"),
    "in_last_days": N_("in the last days"),
    "before_last_days": N_("at least so many days ago"),
    "in_next_days": N_("in the next days"),
    "anniversary_within": N_("has its anniversary within days"),
    "before": N_("is earlier than"),
    "after": N_("is later than"),
    "skipped": N_("was skipped"),
    "never_asked": N_("was never asked"),
    "top_percent": N_("is among the highest"),
    "bottom_percent": N_("is among the lowest"),
    "above_median": N_("is above the middle of the shop"),
    "below_median": N_("is below the middle of the shop"),
    "changed_in_last_days": N_("changed in the last days"),
    "within_km": N_("lies within a distance of"),
}
TIMES: Mapping[str, str] = {
    "eq": N_("is the day"),
    "lt": N_("is before"),
    "lte": N_("is on or before"),
    "gt": N_("is after"),
    "gte": N_("is on or after"),
}
MEMBERSHIP: Mapping[str, str] = {
    "is": N_("is in it now"),
    "ever": N_("is or was in it"),
    "entered_in_last_days": N_("entered it in the last days"),
    "on": N_("was in it on a day"),
}
WHEN: Mapping[str, str] = {"now": N_("now"), "ever": N_("at any time"), "on": N_("at the end of a day")}
SENSES: Mapping[str, str] = {"": N_("applies"), "not": N_("does not apply")}
JOINS: Mapping[str, str] = {
    "all": N_("all of these apply"),
    "any": N_("at least one of these applies"),
    "not any": N_("none of these applies"),
    "not all": N_("not all of these apply"),
}
MEASURES: Mapping[str, str] = {
    "count": N_("how many"),
    "sum": N_("total"),
    "average": N_("average"),
    "minimum": N_("smallest"),
    "maximum": N_("largest"),
    "distinct": N_("how many different"),
}
OF: Mapping[str, str] = {"orders": N_("orders"), "lines": N_("lines of orders")}
WINDOWS: Mapping[str, str] = {
    "always": N_("at any time"),
    "last_days": N_("in the last days"),
    "between": N_("between two days"),
    "since_first_order": N_("within days of the first order"),
    "first_orders": N_("in the first orders"),
}
STEPS: Mapping[str, str] = {"orders": N_("an order"), "lines": N_("an order of a product")}
EXPLAINED: Mapping[str, str] = {
    "bought": N_(
        "Paid orders count. Of nothing the count, the total and the number of different ones are 0; an average, a"
        " smallest or a largest is then not known, and no comparison holds."
    ),
    "after": N_("The second order comes after the first one; the same order is never both."),
    "segments": N_("Nobody is in a segment that is paused or archived."),
}
