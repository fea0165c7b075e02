-- What is sealed, for those who read with SQL of their own and see rows only: see docs/sql.md.

-- The times that a partition by time can hold; null for no bound. They come as text, whose form the settings below hold still.
CREATE FUNCTION logagg_partition_bounds(partition oid, OUT since timestamptz, OUT until timestamptz)
LANGUAGE sql STABLE STRICT SET datestyle = 'ISO' SET timezone = 'UTC' AS $$
  SELECT substring(bound FROM $re$FROM \('([^']*)'\)$re$)::timestamptz, substring(bound FROM $re$TO \('([^']*)'\)$re$)::timestamptz
  FROM (SELECT pg_get_expr(c.relpartbound, c.oid) AS bound FROM pg_class c WHERE c.oid = partition) AS p
$$;

CREATE VIEW sealed_ranges_view AS
SELECT c.relname::text AS partition, p.since, p.until, b.first_timestamp, b.last_timestamp, b.blocks, b.records,
  coalesce(pg_total_relation_size(c.oid), 0) AS bytes
FROM (SELECT tableoid, min(since) AS first_timestamp, max(until) AS last_timestamp, count(*) AS blocks, sum(n)::bigint AS records
  FROM blocks GROUP BY tableoid) AS b
JOIN pg_class c ON c.oid = b.tableoid
CROSS JOIN LATERAL logagg_partition_bounds(c.oid) AS p;

COMMENT ON VIEW sealed_ranges_view IS 'Which times have sealed records, by partition: these are in no row of logs_view, but log_counts_view '
  'counts them. Not in it: rows of the same times, what the records are, and that some may be of deleted apps, whose records '
  'leave the blocks in the background.';
COMMENT ON COLUMN sealed_ranges_view.since IS 'where the partition begins; null where it has no beginning';
COMMENT ON COLUMN sealed_ranges_view.until IS 'behind where it ends; null where it has no end';
COMMENT ON COLUMN sealed_ranges_view.first_timestamp IS 'of its oldest sealed record';
COMMENT ON COLUMN sealed_ranges_view.last_timestamp IS 'of its newest sealed record';
COMMENT ON COLUMN sealed_ranges_view.bytes IS 'of the partition on disk, with indexes';
