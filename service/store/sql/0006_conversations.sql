-- What people typed, and what the shop said to it, in the order it was said. Append-only. Taps need no rows here: what
-- was tapped is in answers. by_whom: shopper, shop. kind: typed, notice. item_id: the question that was open.
CREATE TABLE messages (
  id {id},
  response_id {int} NOT NULL REFERENCES responses (id),
  item_id TEXT,
  by_whom TEXT NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  said_at {int} NOT NULL
) {strict};
CREATE INDEX messages_response ON messages (response_id);
