"""Which customer a shop's record belongs to, when ids, emails and phones may each know somebody already.

The rules, in the order they are tried for one record:

1. The shop's own id decides. Then the email, then the phone.
2. A claim gives way: an address that somebody only typed, held by a customer who is known by something better, is
   taken from them when a shop's record has it.
3. When the shop's id and the email (or the phone) know two different customers, these are one person, unless both
   have ids of their own in one shop. A phone is weaker, since families share it: it joins nobody who has another email.
4. What nobody has yet is given to the customer. Who is known by nothing is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from service.domain.identities import Identity, Kind, Proof
from service.domain.orders import Buyer

Key = tuple[Kind, str, str]


@dataclass(frozen=True)
class Known:
    """An identity somebody has already."""

    customer_id: int
    identity: Identity


@dataclass(frozen=True)
class Resolved:
    """What to do so that every record has its customer.

    :param customers: for each record its customer, ``None`` for guests; negative numbers are those of `new`
    :param new: customers to make, by negative number, with the record by which they are first known
    :param give: identities to add, with their customer
    :param take: identities that change hands, or are now proven: set customer and proof
    :param merge: pairs (kept, merged, reason), to be merged in this order
    """

    customers: Sequence[int | None]
    new: Mapping[int, Buyer]
    give: Sequence[Known]
    take: Sequence[Known]
    merge: Sequence[tuple[int, int, str]]


def keys(source: str, buyer: Buyer) -> list[Key]:
    """The identities in a record, the strongest first."""
    found: list[tuple[Kind, str, str | None]] = [
        ("shop", source, buyer.shop_id),
        ("email", "", buyer.email),
        ("phone", "", buyer.phone),
    ]
    return [(kind, place, value) for kind, place, value in found if value]


def resolve(source: str, buyers: Iterable[Buyer], known: Iterable[Known], proof: Proof = "verified") -> Resolved:
    """Decide for records of one shop, one after the other.

    :param known: all identities of all customers who have any identity of the records
    :param proof: ``verified`` for a shop's records; ``claimed`` for an address that somebody typed, which finds or
        makes a customer but joins nobody and proves nothing
    """
    people = _People(source, proof)
    for one in known:
        people.learn(one)
    customers = [people.place(buyer) for buyer in buyers]
    return Resolved(
        customers=[None if one is None else people.survivor(one) for one in customers],
        new={number: buyer for number, buyer in people.new.items() if people.survivor(number) == number},
        give=people.given(),
        take=people.taken(),
        merge=people.merged,
    )


@dataclass
class _People:
    """Who has which identity while records are gone through."""

    source: str
    proof: Proof
    owner: dict[Key, int] = field(default_factory=dict)
    proofs: dict[Key, Proof] = field(default_factory=dict)
    held: dict[int, set[Key]] = field(default_factory=dict)
    new: dict[int, Buyer] = field(default_factory=dict)
    merged: list[tuple[int, int, str]] = field(default_factory=list)
    _stored: dict[Key, tuple[int, Proof]] = field(default_factory=dict)
    _became: dict[int, int] = field(default_factory=dict)

    def learn(self, known: Known) -> None:
        one = known.identity
        key = (one.kind, one.source, one.value)
        self._stored[key] = (known.customer_id, one.proof)
        self._hand(key, known.customer_id, one.proof)

    def place(self, buyer: Buyer) -> int | None:
        """The customer of one record."""
        if buyer.is_guest:
            return None
        wanted = keys(self.source, buyer)
        who = self._claimant(wanted) if self.proof == "claimed" else self._rightful(wanted)
        if who is None:
            who = -1 - len(self.new)
            self.new[who] = buyer
        # A claim is added to nobody who was known before: or a stranger could add their own phone to a customer.
        if self.proof == "verified" or who < 0:
            for key in wanted:
                if key not in self.owner or self.owner[key] == who:
                    self._hand(key, who, "verified" if self.proofs.get(key) == "verified" else self.proof)
        return who

    def _claimant(self, wanted: Sequence[Key]) -> int | None:
        return next((self.owner[key] for key in wanted if key in self.owner), None)

    def _rightful(self, wanted: Sequence[Key]) -> int | None:
        who: int | None = None
        for key in wanted:
            other = self.owner.get(key)
            if other is None or other == who:
                continue
            if self._is_weak_claim(key):
                self._release(key)
            elif who is None:
                who = other if self._may_join(other, key, set(wanted)) else None
            elif self._may_join(other, key, {*wanted, *self.held[who]}):
                # A stored customer is never merged into one that is only about to be made.
                kept, gone = (other, who) if who < 0 < other else (who, other)
                self._merge(kept, gone, f"{_said(wanted[0])} and {_said(key)} are in one record of the shop")
                who = kept
        return who

    def _is_weak_claim(self, key: Key) -> bool:
        """A typed address of somebody who is known by something better."""
        others = self.held[self.owner[key]] - {key}
        return self.proofs[key] == "claimed" and any(self.proofs[one] == "verified" for one in others)

    def _may_join(self, other: int, key: Key, mine: set[Key]) -> bool:
        """Whether the holder of `key` is the person who has the identities `mine`."""
        theirs = self.held[other]
        if key[0] == "shop":
            return True
        if key[0] == "phone" and _differ(mine, theirs, "email", ""):
            return False
        return not any(_differ(mine, theirs, "shop", shop) for shop in {one[1] for one in theirs if one[0] == "shop"})

    def _hand(self, key: Key, customer: int, proof: Proof) -> None:
        self.owner[key] = customer
        self.proofs[key] = proof
        self.held.setdefault(customer, set()).add(key)

    def _release(self, key: Key) -> None:
        self.held[self.owner.pop(key)].discard(key)
        del self.proofs[key]

    def _merge(self, kept: int, gone: int, reason: str) -> None:
        for key in self.held.pop(gone, set()):
            self._hand(key, kept, self.proofs[key])
        self._became[gone] = kept
        if gone > 0:
            self.merged.append((kept, gone, reason))

    def survivor(self, customer: int) -> int:
        while customer in self._became:
            customer = self._became[customer]
        return customer

    def given(self) -> list[Known]:
        return [self._known(key) for key in self.owner if key not in self._stored]

    def taken(self) -> list[Known]:
        moved = []
        for key, (before, proof) in self._stored.items():
            if key in self.owner and (self.owner[key] != self.survivor(before) or self.proofs[key] != proof):
                moved.append(self._known(key))
        return moved

    def _known(self, key: Key) -> Known:
        kind, source, value = key
        return Known(self.owner[key], Identity(kind, source, value, self.proofs[key]))


def _differ(mine: set[Key], theirs: set[Key], kind: Kind, source: str) -> bool:
    """Whether both have identities of a kind, and none in common."""
    ours, others = ({one for one in side if one[:2] == (kind, source)} for side in (mine, theirs))
    return bool(ours and others and not ours & others)


def _said(key: Key) -> str:
    words: Mapping[Kind, str] = {"shop": "the shop's id", "email": "the email", "phone": "the phone"}
    return words[key[0]]
