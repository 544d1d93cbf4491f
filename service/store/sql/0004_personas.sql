-- Behavioural models. Kinds of models are from here on: psychographic, rfm, rhythm (gaps between orders), lifetime_value,
-- whale (the whale in the making). The shop's own choices are rows of settings: rfm.thresholds, rfm.whale_share.

-- What the worker, or a person, found when fitting a model anew. Append-only.
-- outcome: activated, unchanged (the one in use still fits), refused (it failed its quality gate; kept as a candidate),
-- too_little (not enough data). version: of the candidate or of the model put to use; NULL when none was kept.
-- newest_order: the highest order there was, by which the next refit knows whether there is anything new.
CREATE TABLE refits (
  id {id},
  kind TEXT NOT NULL,
  at {int} NOT NULL,
  day {int} NOT NULL,
  newest_order {int} NOT NULL,
  outcome TEXT NOT NULL,
  version {int},
  reason TEXT NOT NULL,
  actor TEXT NOT NULL
) {strict};
CREATE INDEX refits_kind ON refits (kind, id);

-- Psychographic discovery. Kinds of models are also: lookalike (personas of those who never answered), and
-- adaptive:<quiz> (which question tells most next). Sources of labels are also discovery and marketer.

-- Classes found in answers, proposed to the marketer. status: proposed, applied, discarded. body is JSON: how they were
-- found, and for each class its portrait; it holds counts and the numbers of answers quoted, no row of any person.
CREATE TABLE discoveries (
  id {id},
  status TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at {int} NOT NULL,
  created_by TEXT NOT NULL,
  changed_at {int} NOT NULL
) {strict};

-- Who belongs to which class of a discovery, and how surely.
CREATE TABLE discovery_members (
  discovery_id {int} NOT NULL REFERENCES discoveries (id),
  customer_id {int} NOT NULL REFERENCES customers (id),
  class {int} NOT NULL,
  probability {real} NOT NULL,
  PRIMARY KEY (discovery_id, customer_id)
) {strict};
CREATE INDEX discovery_members_customer ON discovery_members (customer_id);

-- Psychographic personas that the marketer named, beside those of personas.yaml. status: live, archived. body is JSON:
-- name, tagline, tag, portrait. pinned: 1 when a later discovery must keep it. One is never deleted: labels name it.
CREATE TABLE personas (
  id TEXT PRIMARY KEY,
  status TEXT NOT NULL,
  body TEXT NOT NULL,
  pinned {int} NOT NULL,
  discovery_id {int} REFERENCES discoveries (id),
  created_at {int} NOT NULL,
  changed_at {int} NOT NULL
) {strict};
