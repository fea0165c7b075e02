-- What was stored by which transaction, for those who follow; the reasons stand in docs/adr/0002-tail.md.

-- One row for each batch, written by the statement that stores it. Kept for about an hour.
CREATE TABLE commits (
  xid       xid8 NOT NULL DEFAULT pg_current_xact_id(),
  -- Which transactions were over when this one stored its batch: tells what may be forgotten together.
  seen      pg_snapshot NOT NULL DEFAULT pg_current_snapshot(),
  -- The times of its records, as ranges with both ends in them.
  since     timestamptz[] NOT NULL,
  until     timestamptz[] NOT NULL,
  n         int NOT NULL,
  stored_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX commits_xid ON commits (xid);
-- There is always one, so that a position can name the last.
INSERT INTO commits (since, until, n) VALUES ('{}', '{}', 0);
