import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { Fault, invariant } from '@chancery/kernel'
import type pg from 'pg'

/** The roles the services log in as. Every right they have is in `migrations/`; here is only how they connect. */
export const roles = {
  /** Tenants' configuration under row-level security. */
  app: { name: 'chancery_app', connections: 8 },
  /** INSERT into the fact spool, and nothing else. */
  facts: { name: 'chancery_facts', connections: 2 },
  /** Reads the feed without sealed columns, empties the spool. */
  relay: { name: 'chancery_relay', connections: 1 },
  /** Reads facts, tenant by tenant. */
  audit: { name: 'chancery_audit', connections: 2 },
} as const

export type Role = keyof typeof roles

const stretch = promisify(pbkdf2)
const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** A role's password follows from the owner's, so that every instance knows it and none stores it. */
export const rolePassword = (ownerPassword: string, role: string): string => createHmac('sha256', ownerPassword).update(role).digest('hex')

/** RFC 5803: what Postgres stores of a password. Sent in its place, so that the password itself cannot land in a server's log. */
const scramVerifier = async (password: string): Promise<string> => {
  const iterations = 4096
  const salt = randomBytes(16)
  const salted = await stretch(password, salt, iterations, 32, 'sha256')
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64')
  const serverKey = hmac(salted, 'Server Key').toString('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}

/** A role belongs to the whole cluster: another database of the same cluster may be making it at this moment. */
const createRole = (name: string): string => `
  DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') THEN CREATE ROLE ${name} NOLOGIN; END IF;
  EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
  END $$`

/** Comes before the migrations, which grant to them. */
export const createRoles = async (owner: pg.ClientBase): Promise<void> => {
  for (const { name } of Object.values(roles)) await owner.query(createRole(name))
  const { rows } = await owner.query<{ strong: boolean }>(
    'SELECT coalesce(bool_or(rolsuper OR rolbypassrls), false) AS strong FROM pg_roles WHERE rolname = ANY($1)',
    [Object.values(roles).map(({ name }) => name)],
  )
  // Row-level security would stop at such a role without a word.
  if (rows[0]?.strong !== false) throw new Fault('role_too_strong', { retryable: false })
}

/** Transactions end within 5 s: a longer one would hold back everybody's position in the feed. */
const roleSettings = (name: string): string[] => [
  `ALTER ROLE ${name} SET transaction_timeout = '5s'`,
  `ALTER ROLE ${name} SET lock_timeout = '2s'`,
  `ALTER ROLE ${name} SET idle_in_transaction_session_timeout = '5s'`,
  `ALTER ROLE ${name} SET search_path = public`,
]

export const admitRoles = async (owner: pg.ClientBase, ownerPassword: string): Promise<void> => {
  for (const { name } of Object.values(roles)) {
    const verifier = await scramVerifier(rolePassword(ownerPassword, name))
    invariant(/^[\w$:+/=-]+$/.test(verifier), 'a verifier needs no quoting')
    const statements = [...roleSettings(name), `ALTER ROLE ${name} WITH LOGIN PASSWORD '${verifier}'`]
    await owner.query(statements.join(';'))
  }
}
