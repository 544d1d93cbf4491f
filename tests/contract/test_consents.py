"""Withdrawing, suppressing and erasing: nobody is contacted against their will, and destinations hear of it at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from service.cli import consents as commands
from service.cli import main
from service.domain.deliveries import Delivery
from service.domain.deliveries import Result as Sent
from service.domain.errors import InvalidInput, NotFound
from service.domain.orders import Buyer
from service.operations import checks, consents, customers, destinations, orders, profiles, sync, users
from service.operations.context import Context
from service.operations.deliveries import claim, deliver_due
from service.operations.deliveries import finish as settle
from service.operations.sending import Try
from service.runtime import Runtime
from service.store import consents as consent_store
from service.store import customers as customer_store
from service.store import integrity, merges
from service.store.database import Database
from tests.contract.api_world import application, finish, post, start
from tests.contract.sync_world import SECRET
from tests.contract.webhook_receiver import Receiver, receiving
from tests.order_factory import line, order

EMAIL = "mona@example.com"
MONA = Buyer(shop_id="7", email=EMAIL, phone="+966501234567", first_name="Mona", last_name="Qahtani", city="Abha")
TOM = Buyer(shop_id="8", email="tom@example.com", first_name="Tom")


class Shop:
    """A shop in which Mona bought, answered and said yes to email; Tom only bought. Both were told of."""

    def __init__(self, runtime: Runtime, tool: Receiver) -> None:
        self.runtime = runtime
        self.tool = tool
        self.mona = customers.find(self.ctx, EMAIL)
        self.tom = customers.find(self.ctx, "tom@example.com")

    @property
    def ctx(self) -> Context:
        self.runtime.forget()
        return self.runtime.context(actor="test")

    @property
    def db(self) -> Database:
        return self.runtime.db

    def deliver(self) -> list[dict[str, Any]]:
        """Send what is due; what arrived."""
        known = len(self.tool.received)
        deliver_due(lambda: self.ctx, allow_private=True)
        return [one.data for one in self.tool.received[known:]]

    def last_of(self, customer_id: int) -> dict[str, Any]:
        """The newest message that the tool has of a customer."""
        mine = [one.data for one in self.tool.received if one.data["customer_id"] == f"c_{customer_id}"]
        return max(mine, key=lambda one: one["sequence"])

    def deliveries(self, customer_id: int) -> list[Delivery]:
        return sync.listing(self.ctx, customer_id=customer_id, limit=100)[::-1]


@pytest.fixture
def shop(database_url: str) -> Iterator[Shop]:
    with receiving() as tool, application(database_url) as client:
        runtime: Runtime = client.application.extensions["firasa"]
        ctx = runtime.context(actor="test")
        destinations.add(ctx, "webhook", {"url": tool.url, "secret": SECRET}, name="tool", allow_private=True)
        runtime.forget()
        ctx = runtime.context(actor="test")
        placed = [order(str(number), number, buyer=MONA, lines=(line("690.00"),)) for number in range(3)]
        orders.record_orders(ctx, [*placed, order("9", buyer=TOM)])
        turn = finish(client, start(client, "skin-match"))
        post(client, f"/v1/responses/{turn['response_id']}/identify", {"email": EMAIL, "consent": {"email": True}})
        profiles.refresh_all_due(lambda: runtime.context(actor="test"))
        found = Shop(runtime, tool)
        found.deliver()
        yield found


def noted(shop: Shop) -> list[tuple[str, str, str]]:
    return [(one.actor, one.action, one.subject) for one in users.recent_changes(shop.ctx, 1)]


# withdrawing -------------------------------------------------------------------------------------------------------


def test_a_withdrawal_is_kept_told_at_once_and_noted(shop: Shop) -> None:
    assert consents.permissions(shop.ctx, shop.mona)["email"].allowed
    assert shop.last_of(shop.mona)["email"] == EMAIL

    assert consents.withdraw(shop.ctx, shop.mona, ["email", "sms"]) == ["email", "sms"]

    assert [one.reason for one in consents.permissions(shop.ctx, shop.mona).values()] == ["withdrawn", "withdrawn"]
    (told,) = shop.deliver()
    assert (told["customer_id"], told["email"]) == (f"c_{shop.mona}", None)
    assert told["tags"]
    assert noted(shop) == [("test", "withdrew consent (email, sms)", f"c_{shop.mona}")]
    kept = shop.db.query("SELECT proof, source FROM consents WHERE state = 'withdrawn'")
    assert [(one["proof"], one["source"]) for one in kept] == [("verified", "cli:test")] * 2
    assert profiles.facts_of(shop.ctx, shop.mona)["consent.email"] == "withdrawn"


def test_withdrawing_twice_changes_nothing(shop: Shop) -> None:
    consents.withdraw(shop.ctx, shop.mona, ["email"])
    shop.deliver()
    assert consents.withdraw(shop.ctx, shop.mona, ["email"]) == []
    assert shop.deliver() == []
    (kept,) = shop.db.query("SELECT COUNT(*) AS many FROM consents WHERE state = 'withdrawn'")
    assert kept["many"] == 1


def test_a_typed_yes_does_not_lift_a_withdrawal(shop: Shop) -> None:
    consents.withdraw(shop.ctx, shop.mona, ["email"])
    with shop.db.write() as db:
        again = consent_store.NewConsent(shop.mona, "email", "granted", "claimed", "quiz:x", shop.ctx.now)
        consent_store.record(db, [again])
    assert consents.permissions(shop.ctx, shop.mona)["email"].reason == "withdrawn"


def test_the_withdrawal_of_a_merged_customer_is_that_of_the_survivor(shop: Shop) -> None:
    with shop.db.write() as db:
        merges.merge(db, shop.mona, shop.tom, "test", shop.ctx.now)
    consents.withdraw(shop.ctx, shop.tom, ["email"], by="admin")
    assert consents.permissions(shop.ctx, shop.mona)["email"].reason == "withdrawn"


# suppressing -------------------------------------------------------------------------------------------------------


def test_a_suppression_stops_contact_whatever_was_granted(shop: Shop) -> None:
    assert consents.suppress(shop.ctx, shop.mona, "email", "bounced")
    assert consents.permissions(shop.ctx, shop.mona)["email"].reason == "suppressed"
    assert [one["email"] for one in shop.deliver()] == [None]
    assert noted(shop) == [("test", "stopped contact (bounced, email)", f"c_{shop.mona}")]
    assert not consents.suppress(shop.ctx, shop.mona, "email", "bounced"), "it stands already"
    assert consents.suppress(shop.ctx, shop.mona, "any", "complained")
    assert consents.permissions(shop.ctx, shop.mona)["sms"].reason == "suppressed"


def test_what_is_no_reason_or_no_channel_is_refused(shop: Shop) -> None:
    with pytest.raises(InvalidInput, match="erased is no reason"):
        consents.suppress(shop.ctx, shop.mona, "email", "erased")
    with pytest.raises(InvalidInput, match="fax is no channel"):
        consents.suppress(shop.ctx, shop.mona, "fax", "manual")  # type: ignore[arg-type]


# erasing -----------------------------------------------------------------------------------------------------------


def everything(db: Database) -> str:
    """All that is stored, as one text."""
    return "\n".join(str(row) for table in integrity.tables(db) for row in db.query(f"SELECT * FROM {table}"))


def totals(db: Database) -> tuple[int, int]:
    (row,) = db.query("SELECT COUNT(*) AS orders, SUM(revenue) AS revenue FROM orders")
    return row["orders"], int(row["revenue"])


def test_nothing_that_names_an_erased_person_is_left(shop: Shop) -> None:
    before, tags = totals(shop.db), set(shop.last_of(shop.mona)["tags"])
    shop.tool.otherwise = replace(shop.tool.otherwise, status=200, body=EMAIL.encode())
    consents.withdraw(shop.ctx, shop.mona, ["email"])
    shop.deliver()
    assert "Qahtani" in everything(shop.db)

    had = consents.erase(shop.ctx, shop.mona)

    assert (had.identities, had.responses, had.orders) == (3, 1, 3)
    left = everything(shop.db)
    assert [word for word in (EMAIL, "Mona", "Qahtani", "Abha", "501234567") if word in left] == []
    assert "Tom" in left
    assert totals(shop.db) == before
    assert integrity.problems(shop.db) == []
    assert list(checks.disagreements(shop.ctx)) == []
    assert orders.wrong_purchases(shop.ctx) == []
    assert consents.permissions(shop.ctx, shop.mona)["email"].reason == "erased"
    assert noted(shop) == [("test", "erased the person", f"c_{shop.mona}")]
    (told,) = shop.deliver()
    assert (told["customer_id"], told["email"], told["tags"]) == (f"c_{shop.mona}", None, [])
    assert tags <= set(told["removed"])
    assert all(one.payload == {} for one in shop.deliveries(shop.mona)), "also what told of it is emptied on arrival"
    assert EMAIL not in everything(shop.db), "nor is kept what the tool answered"


def test_who_was_erased_can_neither_be_erased_nor_changed_again(shop: Shop) -> None:
    consents.erase(shop.ctx, shop.tom)
    for again in (
        lambda: consents.erase(shop.ctx, shop.tom),
        lambda: consents.holdings(shop.ctx, shop.tom),
        lambda: consents.withdraw(shop.ctx, shop.tom, ["email"]),
        lambda: consents.suppress(shop.ctx, shop.tom, "any", "manual"),
    ):
        with pytest.raises(NotFound):
            again()


def test_the_same_address_afterwards_is_somebody_new(shop: Shop) -> None:
    consents.erase(shop.ctx, shop.mona)
    assert orders.record_orders(shop.ctx, [order("0", buyer=MONA, lines=(line("690.00"),))]).unchanged == 1
    with shop.db.write() as db:
        new = customer_store.claim(db, email=EMAIL, phone=None, language="en", now=shop.ctx.now)
    assert new not in (shop.mona, shop.tom)
    assert not consents.permissions(shop.ctx, new)["email"].allowed
    assert consents.permissions(shop.ctx, new)["email"].reason == "never_asked"


def test_what_waits_is_not_sent_and_the_tags_in_it_are_taken_back(shop: Shop) -> None:
    with shop.db.write():
        waiting = sync.CustomerTags(shop.mona, ("may-have-arrived",), (), ("may-have-arrived",), 90)
        sync.enqueue(shop.ctx, [waiting])
    consents.erase(shop.ctx, shop.mona)
    (told,) = shop.deliver()
    assert "may-have-arrived" in told["removed"]
    assert (told["tags"], told["sequence"]) == ([], 91)
    assert [one.status for one in shop.deliveries(shop.mona)][-2:] == ["blocked", "delivered"]


def test_a_message_on_its_way_meanwhile_is_settled_and_never_sent_again(shop: Shop) -> None:
    with shop.db.write():
        sync.enqueue(shop.ctx, [sync.CustomerTags(shop.mona, ("x",), (), ("x",), 90)])
    (destination,) = destinations.listing(shop.ctx)
    claimed = claim(shop.ctx, destination.id)
    assert claimed is not None
    (flying,) = claimed[1]
    consents.erase(shop.ctx, shop.mona)
    failed = Try(flying, Sent("failed", error="the tool answered 500"), shop.ctx.now, shop.ctx.now, 0.1)
    settle(shop.ctx, claimed[0], flying.leased_until or 0, [failed])
    with shop.db.write() as db:
        db.execute("UPDATE deliveries SET due_at = 0 WHERE status = 'due'")
    assert [one["tags"] for one in shop.deliver()] == [[]]
    assert sync.delivery(shop.ctx, flying.id).status == "blocked"


def test_customers_merged_into_a_person_are_erased_with_them(shop: Shop) -> None:
    with shop.db.write() as db:
        merges.merge(db, shop.mona, shop.tom, "test", shop.ctx.now)
    consents.erase(shop.ctx, shop.tom)
    left = everything(shop.db)
    assert [word for word in ("Tom", "tom@example.com", "Mona") if word in left] == []
    for table in ("facts", "assignments", "memberships", "identities", "profiles"):
        (row,) = shop.db.query(f"SELECT COUNT(*) AS many FROM {table}")
        assert row["many"] == 0, table
    assert {one["customer_id"] for one in shop.deliver() if not one["tags"]} >= {f"c_{shop.mona}"}


# commands ----------------------------------------------------------------------------------------------------------

Firasa = Callable[..., Result]


@pytest.fixture
def firasa(shop: Shop) -> Firasa:
    env = {
        "DATABASE_URL": shop.runtime.config.database_url,
        "SHOP_CURRENCY": "SAR",
        "SHOP_TIMEZONE": "Asia/Riyadh",
        "ALLOW_PRIVATE_DESTINATIONS": "true",
    }

    def run(*arguments: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(main, ["customers", *arguments], env=env, input=typed)

    return run


def test_the_command_withdraws_one_channel_or_all(firasa: Firasa, shop: Shop) -> None:
    told = json.loads(firasa("withdraw", EMAIL, "--channel", "email", "--json").stdout)
    assert told == {
        "customer_id": f"c_{shop.mona}",
        "withdrawn": ["email"],
        "consent": {
            "email": {"allowed": False, "reason": "withdrawn"},
            "sms": {"allowed": False, "reason": "never_asked"},
        },
    }
    assert "withdrawn for sms" in firasa("withdraw", EMAIL).stdout
    assert "nothing changed" in firasa("withdraw", EMAIL).stdout
    assert shop.db.query("SELECT DISTINCT source FROM consents WHERE state = 'withdrawn'") == [{"source": "cli"}]


def test_the_command_suppresses_for_a_reason(firasa: Firasa, shop: Shop) -> None:
    told = json.loads(firasa("suppress", EMAIL, "--reason", "unsubscribed", "--channel", "email", "--json").stdout)
    assert (told["suppressed"], told["consent"]["email"]["reason"]) == (True, "suppressed")
    assert "nothing changed" in firasa("suppress", EMAIL, "--reason", "unsubscribed", "--channel", "email").stdout
    assert firasa("suppress", EMAIL).exit_code == 2
    assert firasa("suppress", EMAIL, "--reason", "erased").exit_code == 2
    assert firasa("suppress", "nobody@example.com", "--reason", "manual").exit_code == 1


def test_erasing_needs_a_yes(firasa: Firasa, shop: Shop) -> None:
    refused = firasa("erase", EMAIL)
    assert (refused.exit_code, "--yes" in refused.stderr) == (2, True)
    assert customers.find(shop.ctx, EMAIL) == shop.mona
    done = firasa("erase", EMAIL, "--yes", "--json")
    assert json.loads(done.stdout)["erased"]["orders"] == 3
    assert firasa("show", EMAIL).exit_code == 1
    assert firasa("erase", f"c_{shop.mona}", "--yes").exit_code == 1


def test_on_a_terminal_it_asks_once_and_says_what_goes(
    firasa: Firasa, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "can_ask", lambda: True)
    refused = firasa("erase", EMAIL, typed="n\n")
    assert refused.exit_code == 1
    assert "3 orders stay as orders of guests" in refused.stderr
    assert customers.find(shop.ctx, EMAIL) == shop.mona
    assert firasa("erase", EMAIL, typed="y\n").exit_code == 0
    assert firasa("show", EMAIL).exit_code == 1
