-- What shops and email tools tell about customers, why memberships change, and segments before they are saved.

ALTER TABLE customers ADD COLUMN postal_code TEXT;
-- The place as a unit vector from the middle of the earth: two places are near when the product of theirs is near 1.
ALTER TABLE customers ADD COLUMN place_x {real};
ALTER TABLE customers ADD COLUMN place_y {real};
ALTER TABLE customers ADD COLUMN place_z {real};
-- The shop's own fields as JSON by name. Here and not in a table of their own, so that the one read that begins a
-- refresh brings them; as facts (attribute.<name>) they have a row each, with their history.
ALTER TABLE customers ADD COLUMN attributes TEXT;
-- The latest of each kind in contact_events, and unknown until the first: here for the same reason.
ALTER TABLE customers ADD COLUMN received_at {int};
ALTER TABLE customers ADD COLUMN opened_at {int};
ALTER TABLE customers ADD COLUMN clicked_at {int};

-- type: text, number, date, list. A field has one type in the whole shop, given by the first value that came.
CREATE TABLE attribute_types (
  name TEXT PRIMARY KEY,
  type TEXT NOT NULL,
  created_at {int} NOT NULL
) {strict};

-- Where postal codes lie, in degrees. postal_code is written as customers have it: capitals, no spaces.
CREATE TABLE places (
  country TEXT NOT NULL,
  postal_code TEXT NOT NULL,
  lat {real} NOT NULL,
  lon {real} NOT NULL,
  PRIMARY KEY (country, postal_code)
) {strict};

-- Append-only. kind: received, opened, clicked. source: which tool says so.
CREATE TABLE contact_events (
  customer_id {int} NOT NULL REFERENCES customers (id),
  kind TEXT NOT NULL,
  at {int} NOT NULL,
  source TEXT NOT NULL,
  PRIMARY KEY (customer_id, kind, at, source)
) {strict};

-- event: what brought it about: answer, order, time, definition, import, contact, consent, customer, merge, manual.
-- NULL in what older releases wrote.
ALTER TABLE memberships ADD COLUMN event TEXT;
ALTER TABLE memberships ADD COLUMN left_event TEXT;
ALTER TABLE memberships ADD COLUMN left_version {int};
CREATE INDEX memberships_segment ON memberships (segment_id, entered_at);

-- Why it was asked for, as in memberships.event. NULL: its own time has come.
ALTER TABLE profiles ADD COLUMN refresh_event TEXT;
-- Nobody is looked at again merely because a day has passed.
DROP INDEX profiles_day;

-- How many entered and left on each of the shop's days; all of them together are the present members.
CREATE TABLE segment_days (
  segment_id TEXT NOT NULL REFERENCES segments (id),
  day {int} NOT NULL,
  entered {int} NOT NULL,
  departed {int} NOT NULL,
  PRIMARY KEY (segment_id, day)
) {strict};
INSERT INTO segment_days (segment_id, day, entered, departed)
SELECT segment_id, day, SUM(entered), SUM(departed)
  FROM (SELECT segment_id, entered_at / 86400000000 AS day, 1 AS entered, 0 AS departed FROM memberships
        UNION ALL
        SELECT segment_id, left_at / 86400000000 AS day, 0 AS entered, 1 AS departed FROM memberships
         WHERE left_at IS NOT NULL) AS moves
 GROUP BY segment_id, day;

-- What the members of a segment have paid, summed up by the worker now and then: too much to add up for each page.
CREATE TABLE segment_sums (
  segment_id TEXT PRIMARY KEY REFERENCES segments (id),
  net_revenue {int} NOT NULL,
  members {int} NOT NULL,
  summed_at {int} NOT NULL
) {strict};

-- saved_as: who saved it, in words, also where it was no user of the admin.
ALTER TABLE segment_versions ADD COLUMN saved_as TEXT;
ALTER TABLE segment_versions ADD COLUMN note TEXT;

-- version: the one that was edited; 0 for a segment that is not there yet.
CREATE TABLE segment_drafts (
  segment_id TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  version {int} NOT NULL,
  changed_at {int} NOT NULL,
  changed_by TEXT NOT NULL
) {strict};

-- One row for each time that all customers were held against changed definitions. after_id: the last one looked at;
-- differing: those whose memberships were not as they should be. finished_at: NULL while it goes on.
CREATE TABLE recomputes (
  id {id},
  what TEXT NOT NULL,
  total {int} NOT NULL,
  done {int} NOT NULL,
  differing {int} NOT NULL,
  after_id {int} NOT NULL,
  started_at {int} NOT NULL,
  finished_at {int}
) {strict};

-- There are new facts of everybody.
UPDATE counters SET value = value + 1 WHERE name IN ('definitions', 'rules');
