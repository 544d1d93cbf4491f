"""Tags: the words an email tool sees for a customer's segments, personas and answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from service.domain.errors import InvalidInput

LONGEST_TAG = 64
# Keeps one message, with everything added and removed, under the 20 KB that Standard Webhooks allows.
MOST_TAGS = 96
_TAG = re.compile(r"[a-z0-9]+(?:[-_.:][a-z0-9]+)*")


@dataclass(frozen=True)
class TagChange:
    """What changed between two states of one customer.

    :param added: tags that are new, in order
    :param removed: tags that went away, in order
    :param tags: the whole state afterwards, in order
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    tags: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed)


def check(tag: str, path: str = "tag") -> str:
    """The tag, if it is one that every tool takes.

    :param path: where the tag was written, for the error
    :raises InvalidInput: when it is empty, too long, or has other characters than ``a-z 0-9 - _ . :``
    """
    if len(tag) > LONGEST_TAG:
        raise InvalidInput(f"a tag has at most {LONGEST_TAG} characters, this one has {len(tag)}", path)
    if not _TAG.fullmatch(tag):
        raise InvalidInput(
            f"{tag!r} is not a tag: use small letters a-z and digits, joined by single - _ . or :, like dry-skin", path
        )
    return tag


def desired(segments: Iterable[str], personas: Iterable[str], answer_tags: Iterable[str]) -> frozenset[str]:
    """The tags a customer should have now.

    Nobody has more than `MOST_TAGS`: personas go first, then segments, then answers, each in the order of the
    alphabet, so the same customer always keeps the same ones.
    """
    ordered = dict.fromkeys([*sorted(personas), *sorted(segments), *sorted(answer_tags)])
    return frozenset(list(ordered)[:MOST_TAGS])


def diff(before: Iterable[str], after: Iterable[str]) -> TagChange:
    """What changed from one set of tags to another; false when nothing did."""
    old, new = frozenset(before), frozenset(after)
    return TagChange(tuple(sorted(new - old)), tuple(sorted(old - new)), tuple(sorted(new)))
