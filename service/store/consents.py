"""Consent and suppression of customers: events that are only ever added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from service.domain.consent import Channel, ConsentEvent, Proof, State, Suppression
from service.store.database import Database, in_list


@dataclass(frozen=True)
class Said:
    """Everything a customer said about being contacted, oldest first, and what stands against it."""

    events: tuple[ConsentEvent, ...] = ()
    suppressions: tuple[Suppression, ...] = ()


@dataclass(frozen=True)
class NewConsent:
    """One consent event to keep.

    :param source: where it was said: ``quiz:<id>``, ``shop:<source>``, ``admin``
    :param text_version: quiz version whose wording was shown
    :param wording: the sentence that was agreed to
    """

    customer_id: int
    channel: Channel
    state: State
    proof: Proof
    source: str
    recorded_at: int
    text_version: str | None = None
    wording: str | None = None
    lang: str | None = None
    response_id: int | None = None


def of_customers(db: Database, customer_ids: Sequence[int]) -> dict[int, Said]:
    """Consent events and standing suppressions by customer; one statement."""
    if not customer_ids:
        return {}
    listed, params = in_list("customer", customer_ids)
    rows = db.query(
        f"""
        SELECT 1 AS kind, id, customer_id, channel, state AS word, proof, recorded_at AS at
          FROM consents WHERE customer_id IN {listed}
        UNION ALL
        SELECT 2 AS kind, id, customer_id, channel, reason AS word, '' AS proof, since AS at
          FROM suppressions WHERE customer_id IN {listed} AND lifted_at IS NULL
        ORDER BY kind, id
        """,
        params,
    )
    found: dict[int, Said] = {}
    for row in rows:
        said = found.get(row["customer_id"], Said())
        if row["kind"] == 1:
            event = ConsentEvent(row["channel"], row["word"], row["proof"], row["at"])
            found[row["customer_id"]] = Said((*said.events, event), said.suppressions)
        else:
            suppression = Suppression(row["channel"], row["word"], row["at"])
            found[row["customer_id"]] = Said(said.events, (*said.suppressions, suppression))
    return found


def standing_in(db: Database, response_id: int, customer_id: int) -> Mapping[Channel, bool]:
    """Channels this customer agreed to in this response and did not withdraw since; true for those that they agreed to
    nowhere else."""
    rows = db.query(
        """
        SELECT g.channel,
               MAX(CASE WHEN EXISTS (
                   SELECT 1 FROM consents o
                    WHERE o.customer_id = g.customer_id AND o.channel = g.channel AND o.state = 'granted'
                      AND (o.response_id IS NULL OR o.response_id <> :response_id)) THEN 1 ELSE 0 END) AS elsewhere
          FROM consents g
         WHERE g.customer_id = :customer_id AND g.response_id = :response_id AND g.state = 'granted'
           AND NOT EXISTS (
               SELECT 1 FROM consents w
                WHERE w.customer_id = g.customer_id AND w.channel = g.channel AND w.state = 'withdrawn' AND w.id > g.id)
         GROUP BY g.channel
         ORDER BY g.channel
        """,
        {"customer_id": customer_id, "response_id": response_id},
    )
    return {row["channel"]: not row["elsewhere"] for row in rows}


def record(db: Database, events: Sequence[NewConsent]) -> None:
    """Keep consent events."""
    db.insert_rows(
        "consents",
        (
            "customer_id",
            "channel",
            "state",
            "proof",
            "source",
            "text_version",
            "wording",
            "lang",
            "response_id",
            "recorded_at",
        ),
        [
            (
                one.customer_id,
                one.channel,
                one.state,
                one.proof,
                one.source,
                one.text_version,
                one.wording,
                one.lang,
                one.response_id,
                one.recorded_at,
            )
            for one in events
        ],
    )


def suppress(db: Database, customer_id: int, channel: str, reason: str, now: int) -> None:
    """Add a suppression unless the same one stands already."""
    db.execute(
        """
        INSERT INTO suppressions (customer_id, channel, reason, since)
        SELECT :customer_id, :channel, :reason, :now
         WHERE NOT EXISTS (
               SELECT 1 FROM suppressions
                WHERE customer_id = :customer_id AND channel = :channel AND reason = :reason AND lifted_at IS NULL)
        """,
        {"customer_id": customer_id, "channel": channel, "reason": reason, "now": now},
    )
