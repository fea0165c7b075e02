-- What became of what was asked for by hand, and how much is sealed.
ALTER TABLE storage_orders
  ADD started_at timestamptz,
  -- Records moved by it so far.
  ADD records    bigint NOT NULL DEFAULT 0,
  ADD done_at    timestamptz,
  -- Why not all of it could be done.
  ADD problem    text;

-- As the process that seals last saw it, for the metrics of all processes. One row.
CREATE TABLE sealing_totals (
  only_row bool PRIMARY KEY DEFAULT true CHECK (only_row),
  blocks   bigint NOT NULL DEFAULT 0,
  records  bigint NOT NULL DEFAULT 0,
  bytes    bigint NOT NULL DEFAULT 0
);
INSERT INTO sealing_totals DEFAULT VALUES;
