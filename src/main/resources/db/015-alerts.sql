-- Rules that watch the records, their states, and what is to be told of them; the reasons stand in docs/adr/0009-alerts.md.

-- Where notifications go. The address and the authorization are secrets.
CREATE TABLE alert_receivers (
  id            int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name          text NOT NULL UNIQUE,
  kind          text NOT NULL CHECK (kind IN ('slack', 'alertmanager', 'webhook')),
  url           text NOT NULL,
  authorization_header text,
  created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE alert_rules (
  id          int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name        text NOT NULL UNIQUE,
  -- As the API has it, checked.
  definition  json NOT NULL,
  -- What of it is asked for by SQL.
  enabled     boolean NOT NULL,
  interval_ms bigint NOT NULL,
  -- Grows with each change, so that nothing is noted of what was read before it.
  version     bigint NOT NULL DEFAULT 1,
  created_at  timestamptz NOT NULL DEFAULT now(),
  changed_at  timestamptz NOT NULL DEFAULT now()
);

-- How far each rule is. Apart from the rules, since it changes all the time; no index is on what changes.
CREATE TABLE alert_evaluations (
  rule_id      int PRIMARY KEY REFERENCES alert_rules ON DELETE CASCADE,
  -- The last time that was evaluated, or could not be.
  evaluated_at timestamptz NOT NULL,
  -- Of all groups together: the largest; null where there was none.
  value        float8,
  took_ms      int NOT NULL DEFAULT 0,
  -- Groups that met the condition, and were too many.
  left_out     int NOT NULL DEFAULT 0,
  skipped      bigint NOT NULL DEFAULT 0,
  -- Why the last evaluation failed, and since when they do.
  error        text,
  failing_since timestamptz
) WITH (fillfactor = 50);

CREATE TABLE alert_states (
  rule_id     int NOT NULL REFERENCES alert_rules ON DELETE CASCADE,
  -- '' for a rule without groups.
  grp         text NOT NULL,
  label       text NOT NULL,
  phase       text NOT NULL CHECK (phase IN ('pending', 'firing', 'resolved')),
  since       timestamptz NOT NULL,
  fired_at    timestamptz,
  resolved_at timestamptz,
  -- Since when the condition does not hold, while it goes on firing.
  clear_since timestamptz,
  value       float8 NOT NULL,
  -- Whether it was told as firing.
  told        boolean NOT NULL,
  PRIMARY KEY (rule_id, grp)
);

CREATE TABLE alert_transitions (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rule_id int NOT NULL REFERENCES alert_rules ON DELETE CASCADE,
  grp     text NOT NULL,
  label   text NOT NULL,
  at      timestamptz NOT NULL,
  phase   text NOT NULL,
  value   float8 NOT NULL
);
CREATE INDEX alert_transitions_rule ON alert_transitions (rule_id, id);

-- What is to be sent, and what became of it.
CREATE TABLE alert_deliveries (
  id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  -- The same with every attempt.
  key         uuid NOT NULL DEFAULT gen_random_uuid(),
  receiver_id int NOT NULL REFERENCES alert_receivers ON DELETE CASCADE,
  rule_id     int NOT NULL,
  rule_name   text NOT NULL,
  notification json NOT NULL,
  made_at     timestamptz NOT NULL DEFAULT now(),
  attempts    int NOT NULL DEFAULT 0,
  next_at     timestamptz NOT NULL DEFAULT now(),
  tried_at    timestamptz,
  -- Of the last attempt.
  error       text,
  done_at     timestamptz,
  given_up    boolean NOT NULL DEFAULT false
);
CREATE INDEX alert_deliveries_waiting ON alert_deliveries (receiver_id, id) WHERE done_at IS NULL;
CREATE INDEX alert_deliveries_done ON alert_deliveries (done_at) WHERE done_at IS NOT NULL;
