-- The deltas are few, but their table is large with dead rows until it is vacuumed: to start workers for it takes five times as
-- long as to go through it.
ALTER TABLE rollup_deltas SET (parallel_workers = 0);
