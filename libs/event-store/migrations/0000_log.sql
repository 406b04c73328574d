-- The log. Hand-written throughout: row-level security, column grants, roles and functions are beyond what drizzle-kit can express.

-- Which cluster this database has always lived in, and the epoch that a restore raises.
CREATE TABLE instance (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  epoch integer NOT NULL DEFAULT 0,
  system_identifier text NOT NULL,
  timeline integer NOT NULL
);
GRANT SELECT ON instance TO chancery_app, chancery_relay, chancery_audit;
--> statement-breakpoint

-- A default may not hold a subquery, and the services may not choose their epoch.
CREATE FUNCTION current_epoch() RETURNS integer LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
  AS 'SELECT epoch FROM instance';
REVOKE EXECUTE ON FUNCTION current_epoch() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION current_epoch() TO chancery_app;
--> statement-breakpoint

-- The tenant of the transaction. Without one the comparison is with NULL, so there are no rows.
CREATE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql STABLE
  RETURN nullif(current_setting('chancery.tenant_id', true), '')::uuid;
--> statement-breakpoint

CREATE TABLE events (
  epoch integer NOT NULL DEFAULT current_epoch(),
  tenant_id uuid NOT NULL,
  stream_id text NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  tenant_version bigint,
  event_id uuid NOT NULL,
  type text NOT NULL,
  data jsonb NOT NULL,
  sealed jsonb,
  meta jsonb NOT NULL DEFAULT '{}',
  at timestamptz NOT NULL,
  tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  CONSTRAINT events_pkey PRIMARY KEY (tenant_id, stream_id, version),
  CONSTRAINT events_event_id UNIQUE (event_id)
);
CREATE UNIQUE INDEX events_tenant_version ON events (tenant_id, tenant_version) WHERE tenant_version IS NOT NULL;
CREATE INDEX events_feed ON events (epoch, tx, seq);

ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE events FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_access ON events TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY tenant_isolation ON events TO chancery_app USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY feed ON events FOR SELECT TO chancery_relay USING (true);

GRANT SELECT ON events TO chancery_app;
-- Epoch, position and transaction are the database's to set.
GRANT INSERT (tenant_id, stream_id, version, tenant_version, event_id, type, data, sealed, meta, at) ON events TO chancery_app;
GRANT SELECT (epoch, tenant_id, stream_id, version, tenant_version, event_id, type, data, meta, at, tx, seq) ON events TO chancery_relay;
--> statement-breakpoint

-- Behind the grants: not even the owner changes an event, unless a restore says so in its own transaction.
CREATE FUNCTION refuse_change_of_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF current_setting('chancery.restore', true) = 'on'
    AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = TG_RELID), 'MEMBER') THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'events are never changed' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER events_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_events();
--> statement-breakpoint

-- Personal text, referred to by events and erasable without touching them.
CREATE TABLE personal (
  tenant_id uuid NOT NULL,
  personal_id text NOT NULL,
  fields jsonb,
  erased_at timestamptz,
  CONSTRAINT personal_pkey PRIMARY KEY (tenant_id, personal_id),
  CONSTRAINT personal_erased CHECK ((fields IS NULL) = (erased_at IS NOT NULL))
);
-- Finds what was erased while a rebuild was under way.
CREATE INDEX personal_erased_at ON personal (erased_at) WHERE erased_at IS NOT NULL;
ALTER TABLE personal ENABLE ROW LEVEL SECURITY;
ALTER TABLE personal FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_access ON personal TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY tenant_reads ON personal FOR SELECT TO chancery_app USING (tenant_id = current_tenant());
CREATE POLICY tenant_writes ON personal FOR INSERT TO chancery_app WITH CHECK (tenant_id = current_tenant());
-- The only update is to erase.
CREATE POLICY tenant_erases ON personal FOR UPDATE TO chancery_app
  USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant() AND fields IS NULL);
GRANT SELECT, INSERT ON personal TO chancery_app;
GRANT UPDATE (fields, erased_at) ON personal TO chancery_app;
