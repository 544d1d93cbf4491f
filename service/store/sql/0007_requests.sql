-- Heavy work that somebody asked for in the admin and that the worker does, such as a discovery. The web process only
-- writes a row here and reads how far it has come.
-- status: waiting, running, done, failed. options and result are JSON and hold no row of any person. alive_at: when the
-- worker last said how far it is; one that went silent is taken up again, attempts counting how often. started_at tells
-- whose work it is: what a worker says of an earlier beginning counts no more. problem: one sentence, when it failed.
CREATE TABLE requests (
  id {id},
  kind TEXT NOT NULL,
  options TEXT NOT NULL,
  status TEXT NOT NULL,
  step {int} NOT NULL,
  steps {int} NOT NULL,
  attempts {int} NOT NULL DEFAULT 0,
  result TEXT,
  problem TEXT,
  asked_at {int} NOT NULL,
  asked_by TEXT NOT NULL,
  started_at {int},
  alive_at {int},
  finished_at {int}
) {strict};
CREATE INDEX requests_status ON requests (status, id);
CREATE INDEX requests_kind ON requests (kind, id);

-- Passes in which the RFM scores of all customers are worked out by new cut points, a page at a time, to find whose
-- profile differs. differing: profiles marked to be worked out anew; sooner: those whose next look came nearer.
CREATE TABLE rescores (
  id {id},
  version {int} NOT NULL,
  total {int} NOT NULL,
  done {int} NOT NULL,
  differing {int} NOT NULL,
  sooner {int} NOT NULL,
  after_id {int} NOT NULL,
  started_at {int} NOT NULL,
  finished_at {int}
) {strict};
CREATE INDEX rescores_finished ON rescores (finished_at, id);
