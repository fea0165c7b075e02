-- What is kept for how long, and who sees to it.

-- Work that one process does at a time. A row rather than a session's advisory lock, so that a pooler of transactions between
-- does no harm. The fence grows with each new holder: whoever comes with an old one finds that the lease is no longer his.
CREATE TABLE leases (
  name       text PRIMARY KEY,
  holder     uuid NOT NULL,
  fence      bigint NOT NULL,
  -- By PostgreSQL's clock.
  expires_at timestamptz NOT NULL
);

-- What retention found and removed, for the metrics of all processes. One row.
CREATE TABLE retention_totals (
  only_row           bool PRIMARY KEY DEFAULT true CHECK (only_row),
  partitions         bigint NOT NULL DEFAULT 0,
  bytes              bigint NOT NULL DEFAULT 0,
  oldest             timestamptz,
  dropped_partitions bigint NOT NULL DEFAULT 0,
  dropped_bytes      bigint NOT NULL DEFAULT 0,
  removed_records    bigint NOT NULL DEFAULT 0
);
INSERT INTO retention_totals DEFAULT VALUES;
