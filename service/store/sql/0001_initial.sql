-- The first schema. {id} {int} {real} {strict} are filled in for each database (service/store/migrations.py).
-- Instants are integer UTC microseconds; days are days since 1970-01-01 in the shop's time zone; money is integer minor units.

CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  changed_at {int} NOT NULL
) {strict};

-- 'definitions' counts every change of what is published: caches follow it. 'rules' counts those after which every
-- profile is worked out anew; profiles.definitions says which of them a profile follows.
CREATE TABLE counters (
  name TEXT PRIMARY KEY,
  value {int} NOT NULL
) {strict};
INSERT INTO counters (name, value) VALUES ('definitions', 1), ('rules', 1);

-- customers ---------------------------------------------------------------------------------------------------------

CREATE TABLE customers (
  id {id},
  first_name TEXT,
  last_name TEXT,
  language TEXT,
  country TEXT,
  region TEXT,
  city TEXT,
  search TEXT NOT NULL DEFAULT '',
  created_at {int} NOT NULL,
  merged_into {int} REFERENCES customers (id),
  erased_at {int}
) {strict};
CREATE INDEX customers_merged ON customers (merged_into) WHERE merged_into IS NOT NULL;

-- kind: email, phone, shop (source says which shop's ids; '' for email and phone). proof: claimed, verified.
CREATE TABLE identities (
  id {id},
  customer_id {int} NOT NULL REFERENCES customers (id),
  kind TEXT NOT NULL,
  source TEXT NOT NULL DEFAULT '',
  value TEXT NOT NULL,
  proof TEXT NOT NULL,
  created_at {int} NOT NULL,
  UNIQUE (kind, value, source)
) {strict};
CREATE INDEX identities_customer ON identities (customer_id);

CREATE TABLE merges (
  id {id},
  kept_id {int} NOT NULL REFERENCES customers (id),
  merged_id {int} NOT NULL REFERENCES customers (id),
  reason TEXT NOT NULL,
  merged_at {int} NOT NULL
) {strict};

-- Append-only. channel: email, sms. state: granted, withdrawn. proof: claimed, verified.
CREATE TABLE consents (
  id {id},
  customer_id {int} NOT NULL REFERENCES customers (id),
  channel TEXT NOT NULL,
  state TEXT NOT NULL,
  proof TEXT NOT NULL,
  source TEXT NOT NULL,
  text_version TEXT,
  wording TEXT,
  lang TEXT,
  response_id {int},
  recorded_at {int} NOT NULL
) {strict};
CREATE INDEX consents_customer ON consents (customer_id, channel, id);

-- reason: unsubscribed, bounced, complained, erased, manual.
CREATE TABLE suppressions (
  id {id},
  customer_id {int} NOT NULL REFERENCES customers (id),
  channel TEXT NOT NULL,
  reason TEXT NOT NULL,
  since {int} NOT NULL,
  lifted_at {int}
) {strict};
CREATE INDEX suppressions_customer ON suppressions (customer_id) WHERE lifted_at IS NULL;

-- purchase history ----------------------------------------------------------------------------------------------------

CREATE TABLE products (
  id {id},
  source TEXT NOT NULL,
  shop_product_id TEXT NOT NULL,
  name TEXT NOT NULL,
  category TEXT,
  price {int},
  unit_cost {int},
  UNIQUE (source, shop_product_id)
) {strict};

-- kind: order, or refund (a credit note of its own). status: paid, pending, refunded, cancelled, refused.
-- gross: lines before discount; revenue: what counts (0 unless paid; negative for a refund); cost: NULL when unknown.
-- main_product: the shop's id of the product whose line brought the most.
CREATE TABLE orders (
  id {id},
  source TEXT NOT NULL,
  shop_order_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  customer_id {int} REFERENCES customers (id),
  placed_at {int} NOT NULL,
  day {int} NOT NULL,
  currency TEXT NOT NULL,
  status TEXT NOT NULL,
  payment_method TEXT,
  traffic_source TEXT,
  medium TEXT,
  campaign TEXT,
  term TEXT,
  coupon TEXT,
  country TEXT,
  gross {int} NOT NULL,
  discount {int} NOT NULL,
  refunded {int} NOT NULL,
  revenue {int} NOT NULL,
  cost {int},
  units {int} NOT NULL,
  main_product TEXT,
  digest TEXT NOT NULL,
  updated_at {int} NOT NULL,
  UNIQUE (source, shop_order_id)
) {strict};
CREATE INDEX orders_customer ON orders (customer_id, placed_at, id);
CREATE INDEX orders_day ON orders (day);

CREATE TABLE order_lines (
  id {id},
  order_id {int} NOT NULL REFERENCES orders (id),
  position {int} NOT NULL,
  product_id {int} REFERENCES products (id),
  name TEXT,
  quantity {int} NOT NULL,
  unit_price TEXT NOT NULL,
  amount {int} NOT NULL,
  discount {int} NOT NULL,
  unit_cost {int}
) {strict};
CREATE INDEX order_lines_order ON order_lines (order_id);
-- No index by product: nothing asks for it yet, and it alone made an import write seven times as much.

-- Visits of the shop per day and traffic source, as counted by the shop.
CREATE TABLE traffic (
  day {int} NOT NULL,
  traffic_source TEXT NOT NULL,
  medium TEXT NOT NULL DEFAULT '',
  campaign TEXT NOT NULL DEFAULT '',
  visits {int} NOT NULL,
  PRIMARY KEY (day, traffic_source, medium, campaign)
) {strict};

-- Kept per customer, one row: each order updates it; `firasa db check` rebuilds it from orders and must agree.
CREATE TABLE purchases (
  customer_id {int} PRIMARY KEY REFERENCES customers (id),
  orders {int} NOT NULL,
  order_days {int} NOT NULL,
  units {int} NOT NULL,
  gross {int} NOT NULL,
  discount {int} NOT NULL,
  discounted_orders {int} NOT NULL,
  refunded {int} NOT NULL,
  net_revenue {int} NOT NULL,
  cost {int} NOT NULL,
  costed_revenue {int} NOT NULL,
  costed_orders {int} NOT NULL,
  first_at {int},
  last_at {int},
  first_day {int},
  last_day {int},
  first_order_id {int},
  first_source TEXT,
  first_product TEXT
) {strict};
CREATE INDEX purchases_revenue ON purchases (net_revenue);

-- quizzes and responses -----------------------------------------------------------------------------------------------

-- owner: file, admin. status: live, paused.
CREATE TABLE quizzes (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  owner TEXT NOT NULL,
  status TEXT NOT NULL,
  version {int} NOT NULL,
  draft TEXT,
  draft_changed_at {int},
  draft_changed_by {int},
  created_at {int} NOT NULL
) {strict};

CREATE TABLE quiz_versions (
  quiz_id TEXT NOT NULL REFERENCES quizzes (id),
  version {int} NOT NULL,
  digest TEXT NOT NULL,
  body TEXT NOT NULL,
  published_at {int} NOT NULL,
  published_by {int},
  PRIMARY KEY (quiz_id, version)
) {strict};

-- status: open, complete. link: claimed, verified (how the customer became known; NULL while anonymous).
CREATE TABLE responses (
  id {id},
  public_id TEXT NOT NULL UNIQUE,
  quiz_id TEXT NOT NULL,
  version {int} NOT NULL,
  customer_id {int} REFERENCES customers (id),
  link TEXT,
  visit TEXT,
  lang TEXT NOT NULL,
  status TEXT NOT NULL,
  revision {int} NOT NULL,
  seed {int} NOT NULL,
  outcome TEXT,
  started_at {int} NOT NULL,
  updated_at {int} NOT NULL,
  completed_at {int},
  UNIQUE (quiz_id, visit),
  FOREIGN KEY (quiz_id, version) REFERENCES quiz_versions (quiz_id, version)
) {strict};
CREATE INDEX responses_customer ON responses (customer_id) WHERE customer_id IS NOT NULL;
CREATE INDEX responses_quiz ON responses (quiz_id, started_at);

-- Append-only: a changed answer, or one off the path, gets superseded_at. value is JSON (option ids, never labels).
CREATE TABLE answers (
  id {id},
  response_id {int} NOT NULL REFERENCES responses (id),
  item_id TEXT NOT NULL,
  value TEXT NOT NULL,
  revision {int} NOT NULL,
  answered_at {int} NOT NULL,
  superseded_at {int}
) {strict};
CREATE INDEX answers_response ON answers (response_id, superseded_at);
CREATE UNIQUE INDEX answers_current ON answers (response_id, item_id) WHERE superseded_at IS NULL;

-- profiles, personas, segments ----------------------------------------------------------------------------------------

-- state: JSON of the current facts, personas, memberships and tags: one read serves the answer path; the tables
-- below keep their history, and `firasa db check` holds both equal. refresh_at: when it must be looked at again.
CREATE TABLE profiles (
  customer_id {int} PRIMARY KEY REFERENCES customers (id),
  state TEXT NOT NULL,
  sequence {int} NOT NULL,
  definitions {int} NOT NULL,
  refreshed_at {int} NOT NULL,
  refreshed_day {int} NOT NULL,
  refresh_at {int}
) {strict};
CREATE INDEX profiles_definitions ON profiles (definitions);
CREATE INDEX profiles_day ON profiles (refreshed_day);
CREATE INDEX profiles_refresh ON profiles (refresh_at) WHERE refresh_at IS NOT NULL;

-- One row per value (a list fact has several). Current while until_at IS NULL. No index by name and value: a completed
-- quiz changes two dozen facts at once, and each would touch a page of its own there (a fifth of that answer's time).
CREATE TABLE facts (
  id {id},
  customer_id {int} NOT NULL REFERENCES customers (id),
  name TEXT NOT NULL,
  text TEXT,
  number {real},
  instant {int},
  since_at {int} NOT NULL,
  until_at {int}
) {strict};
CREATE INDEX facts_customer ON facts (customer_id, name);

-- kind: psychographic, behavioural. source: prototype, trained, rfm, inferred. probability NULL where it is a rule.
CREATE TABLE assignments (
  id {id},
  customer_id {int} NOT NULL REFERENCES customers (id),
  kind TEXT NOT NULL,
  persona TEXT,
  probability {real},
  source TEXT NOT NULL,
  model_version {int} NOT NULL,
  reasons TEXT NOT NULL,
  since_at {int} NOT NULL,
  until_at {int}
) {strict};
CREATE INDEX assignments_customer ON assignments (customer_id, kind);
CREATE INDEX assignments_persona ON assignments (kind, persona, customer_id) WHERE until_at IS NULL;

-- status: live, paused, archived. body is the JSON definition of the current version.
CREATE TABLE segments (
  id TEXT PRIMARY KEY,
  version {int} NOT NULL,
  status TEXT NOT NULL,
  owner TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at {int} NOT NULL,
  changed_at {int} NOT NULL
) {strict};

CREATE TABLE segment_versions (
  segment_id TEXT NOT NULL REFERENCES segments (id),
  version {int} NOT NULL,
  body TEXT NOT NULL,
  saved_at {int} NOT NULL,
  saved_by {int},
  PRIMARY KEY (segment_id, version)
) {strict};

CREATE TABLE memberships (
  id {id},
  customer_id {int} NOT NULL REFERENCES customers (id),
  segment_id TEXT NOT NULL REFERENCES segments (id),
  segment_version {int} NOT NULL,
  entered_at {int} NOT NULL,
  entered_reason TEXT NOT NULL,
  left_at {int},
  left_reason TEXT
) {strict};
CREATE INDEX memberships_customer ON memberships (customer_id, segment_id);
CREATE UNIQUE INDEX memberships_current ON memberships (segment_id, customer_id) WHERE left_at IS NULL;

-- kind: psychographic, rfm. status: candidate, active, retired. body is the readable JSON model.
CREATE TABLE models (
  id {id},
  kind TEXT NOT NULL,
  version {int} NOT NULL,
  status TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at {int} NOT NULL,
  activated_at {int},
  UNIQUE (kind, version)
) {strict};
CREATE UNIQUE INDEX models_active ON models (kind) WHERE status = 'active';

-- Customers whose psychographic persona somebody knows, to train on. Append-only: of each customer the newest counts.
-- source: csv, sample.
CREATE TABLE labels (
  id {id},
  customer_id {int} NOT NULL REFERENCES customers (id),
  persona TEXT NOT NULL,
  source TEXT NOT NULL,
  labelled_at {int} NOT NULL,
  labelled_by TEXT NOT NULL
) {strict};
CREATE INDEX labels_customer ON labels (customer_id, id);

-- destinations --------------------------------------------------------------------------------------------------------

-- type: webhook, dry_run. status: active, paused, disabled. failures: times in a row that it could take nothing.
-- backfilled_to: last customer told of the current tags after the destination was added; NULL when done. This begins
-- at backfill_at, when every process has heard of the destination.
CREATE TABLE destinations (
  id {id},
  type TEXT NOT NULL,
  name TEXT NOT NULL,
  status TEXT NOT NULL,
  status_reason TEXT,
  config TEXT NOT NULL,
  failures {int} NOT NULL DEFAULT 0,
  paused_until {int},
  backfilled_to {int},
  backfill_at {int},
  created_at {int} NOT NULL
) {strict};

-- status: due, sending, delivered, dead, blocked.
CREATE TABLE deliveries (
  id {id},
  event_id TEXT NOT NULL UNIQUE,
  destination_id {int} NOT NULL REFERENCES destinations (id),
  customer_id {int} NOT NULL REFERENCES customers (id),
  type TEXT NOT NULL,
  payload TEXT NOT NULL,
  sequence {int} NOT NULL,
  status TEXT NOT NULL,
  attempts {int} NOT NULL,
  due_at {int} NOT NULL,
  leased_until {int},
  last_error TEXT,
  last_status {int},
  created_at {int} NOT NULL,
  settled_at {int}
) {strict};
CREATE INDEX deliveries_due ON deliveries (destination_id, due_at, id) WHERE status = 'due';
CREATE INDEX deliveries_sending ON deliveries (leased_until) WHERE status = 'sending';
CREATE INDEX deliveries_customer ON deliveries (customer_id, id);
CREATE INDEX deliveries_status ON deliveries (status, id);
CREATE INDEX deliveries_arrived ON deliveries (settled_at) WHERE status = 'delivered';

-- outcome: delivered, failed, unavailable, refused, stopped, gone, blocked, interrupted. duration in seconds.
CREATE TABLE attempts (
  id {id},
  delivery_id {int} NOT NULL REFERENCES deliveries (id),
  outcome TEXT NOT NULL,
  started_at {int} NOT NULL,
  duration {real} NOT NULL,
  http_status {int},
  error TEXT,
  answer TEXT
) {strict};
CREATE INDEX attempts_delivery ON attempts (delivery_id);

-- people who work with Firasa -----------------------------------------------------------------------------------------

-- role: owner, marketer, viewer.
CREATE TABLE users (
  id {id},
  email TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  password TEXT NOT NULL,
  lang TEXT,
  session_key TEXT NOT NULL,
  created_at {int} NOT NULL,
  disabled_at {int}
) {strict};

-- Failed log-ins, per address and per account, for throttling.
CREATE TABLE login_failures (
  subject TEXT NOT NULL,
  failed_at {int} NOT NULL
) {strict};
CREATE INDEX login_failures_subject ON login_failures (subject, failed_at);

CREATE TABLE setup_links (
  digest TEXT PRIMARY KEY,
  role TEXT NOT NULL,
  expires_at {int} NOT NULL,
  used_at {int}
) {strict};

CREATE TABLE api_keys (
  id {id},
  digest TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  created_at {int} NOT NULL,
  last_used_at {int},
  revoked_at {int}
) {strict};

-- Who changed what in the admin or the CLI. Append-only.
CREATE TABLE changes (
  id {id},
  at {int} NOT NULL,
  actor TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT
) {strict};
