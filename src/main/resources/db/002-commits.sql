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

-- Which fields of metadata_ have filters; this table, not a configuration, is what counts. See docs/adr/0003-field-filters.md.
CREATE TABLE indexed_fields (
  field       text PRIMARY KEY,
  -- Whether every row has its filter. Until then those stored before the field was added get theirs, from the newest to the
  -- oldest: the key of the last one follows, null at the beginning.
  complete    boolean NOT NULL,
  done_time   timestamptz,
  done_seq    bigint,
  done_app    int,
  added_at    timestamptz NOT NULL DEFAULT now()
);

-- Bloom filters of the values that a field has in the rows of some time.
CREATE TABLE field_filters (
  since timestamptz NOT NULL,
  until timestamptz NOT NULL,
  n     int NOT NULL,
  field text NOT NULL,
  bits  bytea NOT NULL
);
-- Bits cannot be compressed.
ALTER TABLE field_filters ALTER bits SET STORAGE EXTERNAL;
CREATE INDEX field_filters_time ON field_filters USING brin (since, until) WITH (pages_per_range = 32, autosummarize = on);
