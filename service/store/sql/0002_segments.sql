-- What lets conditions be asked of everybody at once: by fact, by customer, by day. Each index was measured before it was
-- added (docs/performance.md, "Segments").

-- search: the text as it is searched (domain/search.py), words: its words between spaces; NULL where they are the text
-- itself. part: NULL for a fact that is one value, else the place in the list.
ALTER TABLE facts ADD COLUMN search TEXT;
ALTER TABLE facts ADD COLUMN words TEXT;
ALTER TABLE facts ADD COLUMN part {int};
-- By customer and not by value: new customers come last, so a completed quiz writes to the ends of a few ranges.
CREATE INDEX facts_name ON facts (name, customer_id, text, number, part) WHERE until_at IS NULL;

-- One index by customer that has all that conditions count, in place of one that had none of it.
DROP INDEX orders_customer;
CREATE INDEX orders_customer ON orders
  (customer_id, day, placed_at, id, kind, status, gross, discount, revenue, units, traffic_source, coupon);
DROP INDEX orders_day;
CREATE INDEX orders_day ON orders (day, customer_id, kind, status, gross, discount, revenue, units);
DROP INDEX order_lines_order;
CREATE INDEX order_lines_order ON order_lines (order_id, product_id, quantity, amount, discount);

DROP INDEX memberships_customer;
CREATE INDEX memberships_customer ON memberships (customer_id, segment_id, left_at, entered_at);

-- Counts every write of the row: what was worked out from the orders holds while it stays the same.
ALTER TABLE purchases ADD COLUMN revision {int} NOT NULL DEFAULT 0;

-- Where a number cuts the population in two. kind: top, bottom, median. cut: ties belong to the part (domain/leaves.py).
CREATE TABLE population_cuts (
  fact TEXT NOT NULL,
  kind TEXT NOT NULL,
  percent {int} NOT NULL,
  cut {real} NOT NULL,
  fitted_at {int} NOT NULL,
  PRIMARY KEY (fact, kind, percent)
) {strict};
