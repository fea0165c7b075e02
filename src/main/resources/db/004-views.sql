-- What people may read with SQL of their own: see docs/sql.md. The tables behind may change, these stay.

-- The record's id, as the API prints it: RecordIds in Java, docs/adr/0001-data-model.md.
CREATE FUNCTION logagg_record_id("timestamp" timestamptz, seq bigint) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT (lpad(to_hex(micros >> 12), 12, '0') || '8' || lpad(to_hex(micros & 4095), 3, '0')
    || to_hex((seq & 4611686018427387903) | '-9223372036854775808'::bigint))::uuid
  FROM (SELECT (extract(epoch FROM "timestamp" AT TIME ZONE 'UTC') * 1000000)::bigint + 62167219200000000) AS t(micros)
$$;

-- And back. The two intervals are whole numbers of their units, which a double holds exactly up to the year 9999.
CREATE FUNCTION logagg_record_timestamp(id uuid) RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT (timestamp '0001-01-01 00:00:00 BC' + (micros / 1000000) * interval '1 second'
    + (micros % 1000000) * interval '1 microsecond') AT TIME ZONE 'UTC'
  FROM (SELECT ((high >> 16) & 281474976710655) << 12 | (high & 4095)
    FROM (SELECT ('x' || left(replace(id::text, '-', ''), 16))::bit(64)::bigint) AS h(high)) AS t(micros)
$$;

CREATE FUNCTION logagg_record_seq(id uuid) RETURNS bigint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT ('x' || right(replace(id::text, '-', ''), 16))::bit(64)::bigint & 4611686018427387903
$$;

-- How bad a level is, 1 to 10; one that is not known sorts as INFO.
CREATE FUNCTION logagg_severity(level text) RETURNS smallint
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT CASE level WHEN 'TRACE' THEN 1 WHEN 'DEBUG' THEN 2 WHEN 'INFO' THEN 3 WHEN 'NOTICE' THEN 4 WHEN 'WARN' THEN 5
    WHEN 'ERROR' THEN 6 WHEN 'CRITICAL' THEN 7 WHEN 'ALERT' THEN 8 WHEN 'FATAL' THEN 9 WHEN 'EMERGENCY' THEN 10
    ELSE 3 END::smallint
$$;

-- Bytes as text where they are UTF-8 that text can hold, null where not.
CREATE FUNCTION logagg_text(bytes bytea) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL UNSAFE AS $$
BEGIN
  RETURN convert_from(bytes, 'UTF8');
EXCEPTION WHEN character_not_in_repertoire OR untranslatable_character THEN
  RETURN NULL;
END $$;

CREATE VIEW logs_view AS
SELECT logagg_record_id(l."timestamp", l.seq) AS id, l."timestamp", l.received_at, a.name AS app, l.app_id, l.level,
  logagg_severity(l.level) AS severity, nullif(l.service, '') AS service, l.message, l.metadata_::jsonb AS metadata,
  nullif(l.source_id, '') AS source_id
FROM logs l JOIN apps a ON a.id = l.app_id
WHERE a.deleted_at IS NULL;

COMMENT ON VIEW logs_view IS 'All stored records of apps that are not deleted. Name a range of "timestamp" in every query: it '
  'picks the partitions; id alone does not (add "timestamp" = logagg_record_timestamp(id)). Not in it: records that still wait '
  'in Redis, dead letters, and what was deleted or is past its retention.';
COMMENT ON COLUMN logs_view.severity IS 'TRACE 1, DEBUG 2, INFO 3, NOTICE 4, WARN 5, ERROR 6, CRITICAL 7, ALERT 8, FATAL 9, EMERGENCY 10; any other level 3';
COMMENT ON COLUMN logs_view.service IS 'null where the record has none';
COMMENT ON COLUMN logs_view.source_id IS 'the id that the producer gave; null where it gave none';

CREATE VIEW log_counts_view AS
SELECT c.minute, a.name AS app, c.level, nullif(c.service, '') AS service, sum(c.n)::bigint AS count
FROM (SELECT minute, app_id, level, service, n FROM rollups
  UNION ALL SELECT minute, app_id, level, service, n FROM rollup_deltas) AS c
JOIN apps a ON a.id = c.app_id
WHERE a.deleted_at IS NULL
GROUP BY c.minute, a.name, c.level, c.service
HAVING sum(c.n) <> 0;

COMMENT ON VIEW log_counts_view IS 'How many records of logs_view there are per minute of their timestamp (UTC), app, level and '
  'service; exact, and far quicker than counting rows. Not in it: anything about messages and metadata, and parts of minutes.';

CREATE VIEW apps_view AS
SELECT id, name, description, retention_days, created_at FROM apps WHERE deleted_at IS NULL;

COMMENT ON VIEW apps_view IS 'The apps that are not deleted. retention_days is null where retention.maxAgeDays of the '
  'configuration holds. Not in it: former names.';

CREATE VIEW dead_letters_view AS
SELECT id, logagg_text(payload) AS payload, bytes, kind, reason, source, first_seen, last_seen, tries FROM dead_letters;

COMMENT ON VIEW dead_letters_view IS 'Records that could not be stored, and why. payload is null where it is not UTF-8 (the API '
  'gives it as base64). Not in it: dead letters that still wait in Redis, and those that were replayed, deleted or dropped by '
  'dlq.maxRecords and dlq.maxBytes.';
