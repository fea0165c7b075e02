-- What keys that are restricted to some apps need to be told apart.

-- The apps that a dead letter can be told to belong to; null if none can. None at all would be among the apps of any key.
ALTER TABLE dead_letters ADD apps text[] CHECK (cardinality(apps) > 0);

-- The id of the key that keeps the query, if the key is restricted to some apps: such a key sees only its own. '' for all others,
-- who share theirs.
ALTER TABLE saved_queries ADD maker text NOT NULL DEFAULT '';
ALTER TABLE saved_queries DROP CONSTRAINT saved_queries_name_key;
CREATE UNIQUE INDEX saved_queries_name ON saved_queries (name, maker);
