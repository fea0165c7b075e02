-- Partitions whose blocks are made aside, in a table of their own that nobody reads; one short transaction then puts it into the
-- place of the rows. The reasons stand in docs/adr/0006-sealed-blocks.md.
CREATE TABLE staged_partitions (
  partition text PRIMARY KEY,
  -- When all its blocks were there, and a transaction that began behind them; null before.
  done_at   timestamptz,
  done_xid  xid8
);

-- Which of them are not as they were when they were read. A transaction that changes one puts in a row, without waiting for others.
CREATE TABLE staging_disturbances (partition text NOT NULL);

-- On each staged partition, for as long as it is: whoever changes it, by whatever way, says so. With the rights of its owner, so
-- that who may change logs need not have any on the tables above; so it looks for tables nowhere but where these are.
SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true);
CREATE FUNCTION logagg_note_disturbance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO staging_disturbances
  SELECT TG_TABLE_NAME WHERE NOT EXISTS (SELECT FROM staging_disturbances WHERE partition = TG_TABLE_NAME);
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION logagg_note_disturbance() FROM PUBLIC;
