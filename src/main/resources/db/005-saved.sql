-- Queries that people keep under a name.
CREATE TABLE saved_queries (
  id         int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name       text NOT NULL UNIQUE,
  -- As in the parameter q.
  query      text NOT NULL,
  -- The other parameters, as they were given; null where there are none.
  params     json,
  created_at timestamptz NOT NULL DEFAULT now()
);
