-- Facts about issued tokens: durable here before the token leaves, and gone once the ledger has them.
CREATE TABLE fact_spool (
  epoch integer NOT NULL,
  tenant_id uuid NOT NULL,
  event_id uuid NOT NULL,
  at timestamptz NOT NULL,
  fact jsonb NOT NULL,
  personal jsonb NOT NULL,
  tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
  seq bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  CONSTRAINT fact_spool_pkey PRIMARY KEY (event_id)
);
CREATE INDEX fact_spool_tenant ON fact_spool (tenant_id, epoch, tx, seq);

ALTER TABLE fact_spool ENABLE ROW LEVEL SECURITY;
ALTER TABLE fact_spool FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_access ON fact_spool TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY every_tenant ON fact_spool FOR INSERT TO chancery_facts WITH CHECK (true);
CREATE POLICY drained ON fact_spool TO chancery_relay USING (true);
CREATE POLICY tenant_reads ON fact_spool FOR SELECT TO chancery_audit USING (tenant_id = current_tenant());

GRANT INSERT (epoch, tenant_id, event_id, at, fact, personal) ON fact_spool TO chancery_facts;
GRANT SELECT, DELETE ON fact_spool TO chancery_relay;
GRANT SELECT ON fact_spool TO chancery_audit;
