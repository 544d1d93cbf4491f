-- What the quiz engine keeps beside answers.

-- known: JSON of facts of a customer who was known by proof when the response began; NULL for anybody else.
-- entry: where it was begun (inline, bubble, popup, page, email, order …). order_id: the order it is about, for
-- questions that are asked once an order.
ALTER TABLE responses ADD COLUMN known TEXT;
ALTER TABLE responses ADD COLUMN entry TEXT NOT NULL DEFAULT '';
ALTER TABLE responses ADD COLUMN order_id {int} REFERENCES orders (id);
CREATE INDEX responses_order ON responses (order_id) WHERE order_id IS NOT NULL;

-- Append-only: somebody was to be shown a quiz they had not asked for. Caps and cooldowns are counted here. Who is not
-- known is told apart by their visit.
CREATE TABLE quiz_offers (
  id {id},
  quiz_id TEXT NOT NULL,
  visit TEXT NOT NULL,
  customer_id {int} REFERENCES customers (id),
  order_id {int} REFERENCES orders (id),
  offered_at {int} NOT NULL
) {strict};
CREATE INDEX quiz_offers_visit ON quiz_offers (visit);
CREATE INDEX quiz_offers_customer ON quiz_offers (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX quiz_offers_order ON quiz_offers (order_id) WHERE order_id IS NOT NULL;

-- Append-only: a quiz was seen, counted once a visit.
CREATE TABLE quiz_views (
  id {id},
  quiz_id TEXT NOT NULL,
  version {int} NOT NULL,
  visit TEXT NOT NULL,
  lang TEXT NOT NULL,
  entry TEXT NOT NULL,
  seen_at {int} NOT NULL,
  UNIQUE (quiz_id, visit)
) {strict};
CREATE INDEX quiz_views_seen ON quiz_views (quiz_id, seen_at);

-- How far people got, counted once for the responses and views of one day of the shop; counted again when one of them
-- changed after counted_at. state is JSON by version, language and entry.
CREATE TABLE quiz_days (
  quiz_id TEXT NOT NULL,
  day {int} NOT NULL,
  state TEXT NOT NULL,
  counted_at {int} NOT NULL,
  PRIMARY KEY (quiz_id, day)
) {strict};
CREATE INDEX responses_changed ON responses (quiz_id, started_at, updated_at);
DROP INDEX responses_quiz;
