-- The read tables are made by a function, so that a rebuild fills tables that are like the originals in every grant and policy.
CREATE FUNCTION create_read_tables(target name) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  search_path_before text := current_setting('search_path');
  read_table name;
BEGIN
  -- Unqualified names below are created in the first schema of the path; their constraints keep their names in every schema.
  PERFORM set_config('search_path', format('%I, public', target), true);

  CREATE TABLE tenants (
    tenant_id uuid NOT NULL,
    name text NOT NULL,
    display_name text,
    account_id text NOT NULL,
    status text NOT NULL,
    hosts text[] NOT NULL,
    default_audience text,
    default_alg text,
    version bigint NOT NULL,
    policy_version bigint NOT NULL,
    changed_tx xid8 NOT NULL,
    CONSTRAINT tenants_pkey PRIMARY KEY (tenant_id)
  ) WITH (fillfactor = 70);
  CREATE UNIQUE INDEX tenants_name ON tenants (name) WHERE status <> 'deleted';
  CREATE UNIQUE INDEX tenants_account ON tenants (account_id) WHERE status <> 'deleted';
  CREATE INDEX tenants_changed ON tenants (changed_tx);

  CREATE TABLE hosts (
    host text NOT NULL,
    tenant_id uuid NOT NULL,
    workspace_id text,
    CONSTRAINT hosts_pkey PRIMARY KEY (host)
  );
  CREATE INDEX hosts_owner ON hosts (tenant_id, workspace_id);

  CREATE TABLE workspaces (
    tenant_id uuid NOT NULL,
    workspace_id text NOT NULL,
    name text NOT NULL,
    audience text NOT NULL,
    hosts text[] NOT NULL,
    CONSTRAINT workspaces_pkey PRIMARY KEY (tenant_id, workspace_id),
    CONSTRAINT workspaces_name UNIQUE (tenant_id, name)
  );

  CREATE TABLE principals (
    tenant_id uuid NOT NULL,
    principal_id text NOT NULL,
    personal_id text NOT NULL,
    kind text NOT NULL,
    name text,
    client_id text,
    roles text[] NOT NULL,
    is_enabled boolean NOT NULL,
    workspace_ids text[] NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT principals_pkey PRIMARY KEY (tenant_id, principal_id),
    CONSTRAINT principals_name UNIQUE (tenant_id, kind, name),
    CONSTRAINT principals_client_id UNIQUE (tenant_id, client_id)
  ) WITH (fillfactor = 80);

  CREATE TABLE secrets (
    tenant_id uuid NOT NULL,
    secret_id text NOT NULL,
    holder_id text NOT NULL,
    mac bytea NOT NULL,
    pepper_id text NOT NULL,
    issued_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    is_imported boolean NOT NULL,
    CONSTRAINT secrets_pkey PRIMARY KEY (tenant_id, secret_id)
  );
  CREATE INDEX secrets_holder ON secrets (tenant_id, holder_id);
  CREATE UNIQUE INDEX secrets_imported ON secrets (tenant_id, mac) WHERE is_imported;

  CREATE TABLE issuance_policies (
    tenant_id uuid NOT NULL,
    principal_id text NOT NULL,
    policy_id text NOT NULL,
    policy jsonb NOT NULL,
    CONSTRAINT issuance_policies_pkey PRIMARY KEY (tenant_id, principal_id)
  );

  CREATE TABLE resources (
    tenant_id uuid NOT NULL,
    resource_id text NOT NULL,
    audience text NOT NULL,
    alg text,
    typ text,
    claims jsonb NOT NULL,
    accepts_account_tokens boolean NOT NULL,
    CONSTRAINT resources_pkey PRIMARY KEY (tenant_id, resource_id),
    CONSTRAINT resources_audience UNIQUE (tenant_id, audience)
  );

  CREATE TABLE signing_keys (
    tenant_id uuid NOT NULL,
    kid text NOT NULL,
    alg text NOT NULL,
    public_jwk jsonb NOT NULL,
    created_at bigint NOT NULL,
    activates_at bigint NOT NULL,
    compromised_at bigint,
    sealed_private_key text NOT NULL,
    CONSTRAINT signing_keys_pkey PRIMARY KEY (tenant_id, kid)
  );

  CREATE TABLE operator_tokens (
    tenant_id uuid NOT NULL,
    token_id text NOT NULL,
    label text NOT NULL,
    issued_at bigint NOT NULL,
    mac bytea NOT NULL,
    pepper_id text NOT NULL,
    CONSTRAINT operator_tokens_pkey PRIMARY KEY (tenant_id, token_id)
  );

  FOREACH read_table IN ARRAY ARRAY['tenants', 'hosts', 'workspaces', 'principals', 'secrets', 'issuance_policies', 'resources',
    'signing_keys', 'operator_tokens'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', read_table);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', read_table);
    EXECUTE format('CREATE POLICY owner_access ON %I TO CURRENT_USER USING (true) WITH CHECK (true)', read_table);
    EXECUTE format('CREATE POLICY tenant_isolation ON %I TO chancery_app USING (tenant_id = public.current_tenant()) '
      'WITH CHECK (tenant_id = public.current_tenant())', read_table);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO chancery_app', read_table);
  END LOOP;

  PERFORM set_config('search_path', search_path_before, true);
END $$;
REVOKE EXECUTE ON FUNCTION create_read_tables(name) FROM PUBLIC;
--> statement-breakpoint
SELECT create_read_tables('public');
