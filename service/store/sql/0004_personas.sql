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
