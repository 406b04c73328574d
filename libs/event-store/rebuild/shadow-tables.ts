import { invariant } from '@chancery/kernel'
import { getTableName, sql } from 'drizzle-orm'
import type { Session } from '../session.ts'
import { liveSchema, shadowSchema } from './compare-tables.ts'
import { allReadTables } from './table-keys.ts'

const tableNames = allReadTables.map(getTableName)

export const dropShadows = async (session: Session): Promise<void> => {
  await session.rows(sql`DROP SCHEMA IF EXISTS ${sql.identifier(shadowSchema)} CASCADE`)
}

/** Everything that guards a table, without the name of its schema. */
const guards = (schema: string) => sql`
  SELECT c.relname AS table, c.relrowsecurity AS "isGuarded", c.relforcerowsecurity AS "isForced", c.relacl::text AS grants,
    (SELECT jsonb_agg(jsonb_build_array(a.attname, a.atttypid, a.attnotnull) ORDER BY a.attnum) FROM pg_attribute a
      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
    (SELECT jsonb_agg(to_jsonb(p) - 'schemaname' ORDER BY p.policyname) FROM pg_policies p
      WHERE p.schemaname = ${schema} AND p.tablename = c.relname) AS policies,
    (SELECT jsonb_agg(replace(i.indexdef, ${`${schema}.`}, '') ORDER BY i.indexname) FROM pg_indexes i
      WHERE i.schemaname = ${schema} AND i.tablename = c.relname) AS indexes
  FROM pg_class c WHERE c.relnamespace = ${schema}::regnamespace AND c.relname IN ${tableNames} ORDER BY c.relname`

/** A shadow that lacked a policy would open every tenant to every other at the moment of the swap. */
const assertAlike = async (session: Session): Promise<void> => {
  const [live, shadow] = [await session.rows(guards(liveSchema)), await session.rows(guards(shadowSchema))]
  invariant(
    live.length === tableNames.length && JSON.stringify(live) === JSON.stringify(shadow),
    'shadow tables are guarded as the originals',
  )
}

export const createShadows = async (session: Session): Promise<void> => {
  await dropShadows(session)
  await session.rows(sql`CREATE SCHEMA ${sql.identifier(shadowSchema)}`)
  await session.rows(sql`SELECT create_read_tables(${shadowSchema})`)
  await assertAlike(session)
}

const retiredSchema = 'rebuild_retired'

/** The shadows become the tables in use, with all that hangs on their names. */
export const swapShadows = async (session: Session): Promise<void> => {
  const [live, shadow, retired] = [liveSchema, shadowSchema, retiredSchema].map((name) => sql.identifier(name))
  await session.rows(sql`CREATE SCHEMA ${retired}`)
  for (const name of tableNames) {
    await session.rows(sql`ALTER TABLE ${live}.${sql.identifier(name)} SET SCHEMA ${retired}`)
    await session.rows(sql`ALTER TABLE ${shadow}.${sql.identifier(name)} SET SCHEMA ${live}`)
  }
  await session.rows(sql`DROP SCHEMA ${retired} CASCADE`)
  await dropShadows(session)
}
