import { asId, type TenantId } from '@chancery/kernel'
import { describe, expect, it } from 'vitest'
import { gateWhileHeld } from './gate-while-held.ts'

const tenantId = asId<TenantId>('11111111-1111-4111-8111-111111111111')
const query = { tenantId, principalIds: [] }
const versions = { tenant: 3, policy: 3 }

describe('the gate of a process that holds its database', () => {
  const opened = () => {
    let holding: number | undefined = 1
    const gate = gateWhileHeld(() => holding)
    const fill = async (): Promise<void> => {
      const { tenant } = await gate.pass(query)
      if ('lease' in tenant) await gate.fill({ tenantId, tenant: { lease: tenant.lease, versions } })
    }
    return {
      gate,
      fill,
      hold: (next: number | undefined) => {
        holding = next
      },
    }
  }

  it('knows what it was filled with', async () => {
    const { gate, fill } = opened()
    await fill()
    expect((await gate.pass(query)).tenant).toEqual({ version: versions })
  })

  it('lets nothing pass and takes nothing in while the database is not held', async () => {
    const { gate, fill, hold } = opened()
    await fill()
    hold(undefined)
    const fault = { code: 'database_not_held', retryable: true }
    await expect(gate.pass(query)).rejects.toMatchObject(fault)
    await expect(gate.tell(tenantId, { tenant: 4, principals: new Map() })).rejects.toMatchObject(fault)
    await expect(gate.fill({ tenantId })).rejects.toMatchObject(fault)
  })

  it('knows nothing of the time before the database was taken again', async () => {
    const { gate, fill, hold } = opened()
    await fill()
    hold(2)
    expect((await gate.pass(query)).tenant).not.toHaveProperty('version')
  })

  it('takes no load that began under another holding', async () => {
    const { gate, hold } = opened()
    const { tenant } = await gate.pass(query)
    hold(2)
    await gate.pass(query)
    if ('lease' in tenant) await gate.fill({ tenantId, tenant: { lease: tenant.lease, versions } })
    expect((await gate.pass(query)).tenant).not.toHaveProperty('version')
  })
})
