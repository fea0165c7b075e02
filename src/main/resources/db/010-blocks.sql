-- Sealed records, in blocks; the reasons stand in docs/adr/0006-sealed-blocks.md, the columns' form in docs/block-format.md.
CREATE TABLE blocks (
  -- The keys of the first and of the last record.
  since      timestamptz NOT NULL,
  first_seq  bigint NOT NULL,
  until      timestamptz NOT NULL,
  last_seq   bigint NOT NULL,
  n          int NOT NULL,
  -- Of messages and metadata, before compression.
  chars      bigint NOT NULL,
  apps       int[] NOT NULL,
  levels     text[] NOT NULL,
  ids        bytea NOT NULL,
  received   bytea NOT NULL,
  names      bytea NOT NULL,
  messages   bytea NOT NULL,
  metadata   bytea NOT NULL,
  source_ids bytea NOT NULL,
  trigrams   bytea NOT NULL,
  vals       bytea NOT NULL,
  PRIMARY KEY (since, first_seq)
) PARTITION BY RANGE (since);
CREATE INDEX blocks_until ON blocks (until, last_seq);
-- All of these are compressed already, or are fetched in pieces.
ALTER TABLE blocks ALTER ids SET STORAGE EXTERNAL, ALTER received SET STORAGE EXTERNAL, ALTER names SET STORAGE EXTERNAL,
  ALTER messages SET STORAGE EXTERNAL, ALTER metadata SET STORAGE EXTERNAL, ALTER source_ids SET STORAGE EXTERNAL,
  ALTER trigrams SET STORAGE EXTERNAL, ALTER vals SET STORAGE EXTERNAL;

-- What is known of the partitions that may be sealed.
CREATE TABLE sealing (
  partition  text PRIMARY KEY,
  -- When something was last stored in it, as far as it was seen; or when it was first looked at.
  last_write timestamptz NOT NULL DEFAULT now(),
  looked_at  timestamptz NOT NULL DEFAULT now(),
  -- When it was seen to have no row any more.
  empty_at   timestamptz
);

-- What was asked for by hand, until it is done.
CREATE TABLE storage_orders (
  id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  kind     text NOT NULL CHECK (kind IN ('seal', 'unseal')),
  since    timestamptz NOT NULL,
  until    timestamptz NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT now()
);
