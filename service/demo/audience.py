"""What the demo's email tool knows: its contacts, kept in a file that survives a crash."""

from __future__ import annotations

import json
import os
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import IO, Any

FILE = "audience.jsonl"


class BadEvent(Exception):
    """An event that does not have the shape that was agreed."""


@dataclass(frozen=True)
class Contact:
    """One customer as the tool sees them.

    :param email: the address, ``None`` when none was ever told or consent was withdrawn
    :param added: tags that came with the newest event
    :param removed: tags that went with it
    :param sequence: of the newest event; older ones that arrive later are passed over
    :param at: instant of its arrival, UTC microseconds
    """

    customer_id: str
    email: str | None
    tags: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    sequence: int
    at: int


@dataclass
class Audience:
    """All contacts. Each event is on the disk before it is acknowledged.

    :param version: grows with every change, for pages that wait for one; begins elsewhere after each start
    :param taken: events that changed something since the start, or came again
    :param refused: messages whose signature did not fit, since the start
    """

    folder: Path
    contacts: dict[str, Contact] = field(default_factory=dict)
    version: int = field(default_factory=lambda: time.time_ns() // 1000)
    taken: int = 0
    refused: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._path = self.folder / FILE
        self._load()
        self._write_anew()
        self._file: IO[bytes] = self._path.open("ab")

    def take(self, data: Mapping[str, Any], at: int) -> None:
        """Take the data of one ``customer.tags_changed``; return only when it cannot be lost any more.

        :raises BadEvent: when something is missing or of the wrong type
        """
        contact = _contact(data, at)
        with self._lock:
            self.taken += 1
            known = self.contacts.get(contact.customer_id)
            if known is not None and known.sequence > contact.sequence:
                return
            self._file.write(_line(contact))
            self._file.flush()
            os.fsync(self._file.fileno())
            self.contacts[contact.customer_id] = contact
            self.version += 1

    def refuse(self) -> None:
        """Count a message that was turned away."""
        with self._lock:
            self.refused += 1
            self.version += 1

    def latest(self) -> list[Contact]:
        """All contacts, the one heard of last first."""
        with self._lock:
            found = list(self.contacts.values())
        return sorted(found, key=lambda contact: (-contact.at, contact.customer_id))

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _load(self) -> None:
        if not self._path.exists():
            return
        for line in self._path.read_bytes().splitlines():
            try:
                contact = _stored(json.loads(line))
            except (ValueError, TypeError):
                break  # the end of a line that a crash cut off: it was never acknowledged
            self.contacts[contact.customer_id] = contact

    def _write_anew(self) -> None:
        """Keep only the newest of each contact, so that the file does not grow with every start."""
        new = self._path.with_suffix(".new")
        with new.open("wb") as file:
            file.writelines(_line(contact) for contact in self.contacts.values())
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._path)
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def matching(contacts: Sequence[Contact], text: str, tag: str) -> list[Contact]:
    """The contacts whose address or id contains a text, and who have a tag; empty means any."""
    wanted = text.strip().casefold()
    return [
        contact
        for contact in contacts
        if (not tag or tag in contact.tags)
        and (not wanted or wanted in (contact.email or "").casefold() or wanted in contact.customer_id)
    ]


def tag_counts(contacts: Sequence[Contact]) -> list[tuple[str, int]]:
    """How many contacts have each tag, the most frequent first."""
    counts = Counter(tag for contact in contacts for tag in contact.tags)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _contact(data: Mapping[str, Any], at: int) -> Contact:
    customer, email, sequence = data.get("customer_id"), data.get("email"), data.get("sequence")
    if not isinstance(customer, str) or not customer or not isinstance(sequence, int):
        raise BadEvent("customer_id and sequence are needed")
    if email is not None and not isinstance(email, str):
        raise BadEvent("email is a text or null")
    lists = [data.get(name) for name in ("tags", "added", "removed")]
    for each in lists:
        if not isinstance(each, list) or not all(isinstance(tag, str) for tag in each):
            raise BadEvent("tags, added and removed are lists of texts")
    tags, added, removed = (tuple(each) for each in lists if each is not None)
    return Contact(customer, email, tags, added, removed, sequence, at)


def _line(contact: Contact) -> bytes:
    return json.dumps(asdict(contact), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _stored(document: dict[str, Any]) -> Contact:
    values: dict[str, Any] = {each.name: document[each.name] for each in fields(Contact)}
    for name in ("tags", "added", "removed"):
        values[name] = tuple(values[name])
    return Contact(**values)
