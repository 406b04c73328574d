-- The only windows across tenants that the services have: what requests are routed by, and the operator's list. No sealed column passes.
CREATE FUNCTION directory_changed_since(since xid8) RETURNS SETOF jsonb
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object(
    'tenantId', t.tenant_id, 'name', t.name, 'status', t.status, 'hosts', t.hosts, 'accountId', t.account_id,
    'policyVersion', t.policy_version,
    'workspaces', coalesce((SELECT jsonb_agg(jsonb_build_object(
        'workspaceId', w.workspace_id, 'name', w.name, 'audience', w.audience, 'hosts', w.hosts) ORDER BY w.name)
      FROM workspaces w WHERE w.tenant_id = t.tenant_id), '[]'),
    'signingKeys', coalesce((SELECT jsonb_agg(jsonb_build_object(
        'kid', k.kid, 'alg', k.alg, 'publicJwk', k.public_jwk, 'createdAt', k.created_at, 'activatesAt', k.activates_at,
        'compromisedAt', k.compromised_at) ORDER BY k.created_at, k.kid)
      FROM signing_keys k WHERE k.tenant_id = t.tenant_id), '[]'))
  FROM tenants t WHERE t.changed_tx >= since
$$;
CREATE FUNCTION tenants_page(after uuid, page_size integer) RETURNS SETOF jsonb
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_object('tenantId', t.tenant_id, 'name', t.name, 'displayName', t.display_name, 'status', t.status,
    'hosts', t.hosts, 'accountId', t.account_id, 'defaultAudience', t.default_audience,
    'defaultAlg', t.default_alg)
  FROM tenants t WHERE t.tenant_id > after AND t.status <> 'deleted' ORDER BY t.tenant_id LIMIT page_size
$$;
REVOKE EXECUTE ON FUNCTION directory_changed_since(xid8), tenants_page(uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION directory_changed_since(xid8), tenants_page(uuid, integer) TO chancery_app;
