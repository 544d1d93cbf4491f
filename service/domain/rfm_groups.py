"""The map from the 125 RFM codes to the eleven groups.

What a customer is worth (frequency and monetary) makes six kinds, and they share the 25 pairs of F and M between
them. How recently the customer bought decides what such a customer is called. To check the map by hand: the six
boxes tile the F by M square, and the table has a name for each of its 5 * 6 cells.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

Group = Literal[
    "champions",
    "loyal",
    "potential_loyalist",
    "new",
    "promising",
    "needs_attention",
    "about_to_sleep",
    "at_risk",
    "cannot_lose",
    "hibernating",
    "lost",
]


@dataclass(frozen=True)
class Kind:
    """A box of frequency and monetary scores, both ends included."""

    name: str
    frequency: tuple[int, int]
    monetary: tuple[int, int]

    def holds(self, frequency: int, monetary: int) -> bool:
        """Whether the pair of scores lies in the box."""
        return self.frequency[0] <= frequency <= self.frequency[1] and self.monetary[0] <= monetary <= self.monetary[1]


KINDS = (
    Kind("often and much", (4, 5), (4, 5)),
    Kind("often", (4, 5), (1, 3)),
    Kind("again, well", (2, 3), (3, 5)),
    Kind("again, small", (2, 3), (1, 2)),
    Kind("least often, well", (1, 1), (4, 5)),
    Kind("least often, small", (1, 1), (1, 3)),
)

# fmt: off
GROUPS_BY_RECENCY: Mapping[int, tuple[Group, ...]] = {
    #  often and much  often      again, well           again, small          least often, well  least often, small
    5: ("champions",   "loyal",   "potential_loyalist", "potential_loyalist", "new",             "new"),
    4: ("champions",   "loyal",   "potential_loyalist", "potential_loyalist", "promising",       "promising"),
    3: ("loyal",       "loyal",   "needs_attention",    "about_to_sleep",     "needs_attention", "about_to_sleep"),
    2: ("cannot_lose", "at_risk", "at_risk",            "hibernating",        "at_risk",         "hibernating"),
    1: ("cannot_lose", "at_risk", "hibernating",        "lost",               "hibernating",     "lost"),
}
# fmt: on

GROUPS: tuple[Group, ...] = get_args(Group)


def groups_of(recency: int, frequency: int, monetary: int) -> tuple[Group, ...]:
    """All groups the map gives for three scores. It is one; a test holds that for each of the 125 codes."""
    row = GROUPS_BY_RECENCY[recency]
    return tuple(group for kind, group in zip(KINDS, row, strict=True) if kind.holds(frequency, monetary))


GROUP_OF: Mapping[str, Group] = {
    f"{r}{f}{m}": groups_of(r, f, m)[0] for r in range(1, 6) for f in range(1, 6) for m in range(1, 6)
}


def markdown() -> str:
    """The map as two tables for docs/personas.md: by kind, then code by code. A test holds the page equal to it."""
    kinds = [_row("R", *(kind.name for kind in KINDS)), _row(*["---"] * (len(KINDS) + 1))]
    kinds += [_row(str(r), *map(_words, GROUPS_BY_RECENCY[r])) for r in range(5, 0, -1)]
    codes = [_row("R", "F", *(f"M {m}" for m in range(1, 6))), _row(*["---"] * 7)]
    codes += [
        _row(str(r), str(f), *(_words(GROUP_OF[f"{r}{f}{m}"]) for m in range(1, 6)))
        for r in range(5, 0, -1)
        for f in range(5, 0, -1)
    ]
    return "\n".join([*kinds, "", *codes]) + "\n"


def _words(group: Group) -> str:
    return group.replace("_", " ")


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
