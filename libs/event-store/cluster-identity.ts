import { Fault } from '@chancery/kernel'
import type pg from 'pg'

/** What an operator reads when the data woke up in another cluster than it went to sleep in. */
export const restoredElsewhereSentence =
  'This database was restored into another cluster or from a replica: transaction ids and versions may run backwards. ' +
  'Run `chancery restore finish`, then start again.'

const storeIdentity = `
  WITH cluster AS (
    SELECT system.system_identifier::text AS system_identifier, checkpoint.timeline_id AS timeline
    FROM pg_control_system() AS system, pg_control_checkpoint() AS checkpoint
  ), stored AS (
    INSERT INTO instance (system_identifier, timeline) SELECT system_identifier, timeline FROM cluster ON CONFLICT DO NOTHING
    RETURNING epoch, system_identifier, timeline
  )
  SELECT known.epoch, (known.system_identifier, known.timeline) = (cluster.system_identifier, cluster.timeline) AS "isSame"
  FROM cluster, (SELECT * FROM stored UNION ALL SELECT epoch, system_identifier, timeline FROM instance) AS known`

/**
 * Stores the cluster's identity the first time and compares it ever after; answers the epoch. After a restore xids start low, so that old rows
 * would lie above every snapshot for ever and new ones sort below every cursor.
 */
export const admitCluster = async (owner: pg.ClientBase): Promise<number> => {
  const { rows } = await owner.query<{ epoch: number; isSame: boolean }>(storeIdentity)
  const known = rows[0]
  if (known?.isSame !== true) throw new Fault('restored_elsewhere', { cause: new Error(restoredElsewhereSentence), retryable: false })
  return known.epoch
}
