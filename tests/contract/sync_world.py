"""A shop with customers, a clock that tests move, and destinations: what the tests of the sync share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from service.domain.deliveries import SECOND, Delivery
from service.operations import destinations, sync
from service.operations.context import Context, Definitions
from service.operations.deliveries import deliver_due
from service.store import consents
from service.store import destinations as destination_store
from service.store.consents import NewConsent
from tests.contract.webhook_receiver import Receiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class World:
    """The database of a test with a clock of its own."""

    def __init__(self, ctx: Context, receiver: Receiver) -> None:
        self._ctx = ctx
        self.db = ctx.db
        self.receiver = receiver
        self.now = ctx.now

    def context(self) -> Context:
        return replace(self._ctx, now=self.now, load_definitions=self._definitions)

    def _definitions(self, fresh: bool) -> Definitions:
        here = tuple(destination_store.listing(self.db))
        return replace(self._ctx.load_definitions(fresh), destinations=here)

    def wait(self, seconds: float) -> None:
        self.now += round(seconds * SECOND)

    def webhook(self, name: str = "tool", *, known: bool = True) -> int:
        """A webhook that leads to the receiver; ``known``: told of all customers already."""
        given = {"url": self.receiver.url, "secret": SECRET}
        added = destinations.add(self.context(), "webhook", given, name=name, allow_private=True).destination
        if known:
            with self.db.write() as db:
                destination_store.set_backfilled(db, added.id, None)
        return added.id

    def customer(self, email: str | None = None, *, consent: bool = False, tags: Sequence[str] = ()) -> int:
        with self.db.write() as db:
            (customer_id,) = db.insert_returning("customers", ("created_at",), [(self.now,)])
            if email:
                identity = ("customer_id", "kind", "value", "proof", "created_at")
                db.insert_rows("identities", identity, [(customer_id, "email", email, "claimed", self.now)])
            if tags:
                profile = ("customer_id", "state", "sequence", "definitions", "refreshed_at", "refreshed_day")
                state = json.dumps({"tags": list(tags)})
                db.insert_rows("profiles", profile, [(customer_id, state, 1, 1, self.now, 1)])
        if consent:
            self.say(customer_id, "granted")
        return int(customer_id)

    def say(self, customer_id: int, state: str) -> None:
        with self.db.write() as db:
            consents.record(db, [NewConsent(customer_id, "email", state, "claimed", "quiz:x", self.now)])  # type: ignore[arg-type]

    def change(self, customer_id: int, sequence: int = 1, tags: Sequence[str] = ("dry-skin",)) -> None:
        """A change of tags, as an answer writes it."""
        with self.db.write():
            sync.enqueue(
                self.context(), [sync.CustomerTags(customer_id, tuple(tags), ("old-tag",), tuple(tags), sequence)]
            )

    def deliver(self) -> int:
        return deliver_due(self.context, allow_private=True)

    def deliveries(self) -> list[Delivery]:
        """All deliveries, oldest first."""
        return sync.listing(self.context(), limit=1000)[::-1]

    def statuses(self) -> list[str]:
        return [delivery.status for delivery in self.deliveries()]
