"""What Prometheus reads."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from service.metrics import Numbers, Queue, exposition

NUMBERS = Numbers(
    queues=[Queue('Email "tool"', "active", 3, 1, 2, 4.5), Queue("rehearsal", "paused", 0, 0, 0, 0.0)],
    totals={
        "attempts.delivered": 7,
        "attempts.failed": 2,
        "dwell.count": 7,
        "dwell.microseconds": 3_500_000,
        "dwell.le.0.5": 4,
        "dwell.le.2.0": 6,
    },
    buckets=(0.5, 2.0, 10.0),
    responses=[("skin-match", "ar", "complete", 5)],
    personas=[("psychographic", "", "trained", 2)],
    profiles_due=9,
)


def samples() -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    body, content_type = exposition(NUMBERS)
    assert content_type.startswith("text/plain")
    families = list(text_string_to_metric_families(body.decode()))
    assert all(family.documentation for family in families)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def value(name: str, **labels: str) -> float:
    return samples()[(name, frozenset(labels.items()))]


def test_every_number_has_its_name() -> None:
    tool = {"destination": 'Email "tool"', "status": "active"}
    assert value("firasa_deliveries_pending", **tool) == 3
    assert value("firasa_deliveries_dead", **tool) == 1
    assert value("firasa_deliveries_blocked", **tool) == 2
    assert value("firasa_deliveries_oldest_seconds", **tool) == 4.5
    assert value("firasa_delivery_attempts_total", outcome="failed") == 2
    assert value("firasa_responses", quiz="skin-match", lang="ar", status="complete") == 5
    assert value("firasa_personas", kind="psychographic", persona="", source="trained") == 2
    assert value("firasa_profiles_due") == 9


def test_the_dwell_time_is_a_histogram_that_never_falls() -> None:
    ends = [value("firasa_outbox_dwell_seconds_bucket", le=le) for le in ("0.5", "2.0", "10.0", "+Inf")]
    assert ends == [4, 6, 6, 7]
    assert value("firasa_outbox_dwell_seconds_sum") == 3.5
    assert value("firasa_outbox_dwell_seconds_count") == 7
