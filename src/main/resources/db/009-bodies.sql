-- Bodies that came in while Redis was away, of protocols that have no ids of their own: hashes, and the key that the tries of one
-- body share. Redis remembers the others.
CREATE TABLE seen_bodies (
  body    uuid PRIMARY KEY,
  key     uuid NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now()
);
