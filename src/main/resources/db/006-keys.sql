-- API keys. Only a hash of each is kept.
CREATE TABLE api_keys (
  -- The public part of the key.
  id                 text PRIMARY KEY,
  name               text NOT NULL,
  hash               bytea NOT NULL,
  -- The secret before the last rotation still holds until then.
  previous_hash      bytea,
  previous_until     timestamptz,
  scopes             text[] NOT NULL,
  -- Empty for all.
  apps               text[] NOT NULL DEFAULT '{}',
  expires_at         timestamptz,
  records_per_second bigint,
  bytes_per_second   bigint,
  created_at         timestamptz NOT NULL DEFAULT now(),
  rotated_at         timestamptz,
  revoked_at         timestamptz
);

-- Apart from the keys, since it changes all the time.
CREATE TABLE api_key_uses (
  key_id       text PRIMARY KEY REFERENCES api_keys ON DELETE CASCADE,
  last_used_at timestamptz NOT NULL
);

-- Changes whenever the keys do, also by hand: so every process can ask each second whether to read
-- them again.
CREATE TABLE api_keys_version (version bigint NOT NULL);
INSERT INTO api_keys_version VALUES (1);

CREATE FUNCTION note_api_keys_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN UPDATE api_keys_version SET version = version + 1; RETURN NULL; END $$;

CREATE TRIGGER api_keys_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON api_keys
  FOR EACH STATEMENT EXECUTE FUNCTION note_api_keys_change();
