import { asId, type EventVersions, type PrincipalId, type TenantId } from '@chancery/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Gate, Known, Lease } from './gate.ts'
import { memoryGate } from './memory.ts'

const tenantId = asId<TenantId>('t1')
const other = asId<TenantId>('t2')
const principalId = asId<PrincipalId>('p1')

const told = (tenant: number, changes: Partial<EventVersions> = {}): EventVersions => ({ tenant, principals: new Map(), ...changes })
const toldPrincipal = (tenant: number, id = principalId): EventVersions => told(tenant, { principals: new Map([[id, tenant]]) })
const toldPolicy = (tenant: number): EventVersions => told(tenant, { policy: tenant })

const pass = async (gate: Gate) => {
  const reading = await gate.pass({ tenantId, principalIds: [principalId] })
  return { tenant: reading.tenant, principal: reading.principals.get(principalId) }
}

const leaseOf = <Version>(known: Known<Version> | undefined): Lease => {
  expect(known).toHaveProperty('lease')
  return known !== undefined && 'lease' in known ? known.lease : Symbol('none')
}

/** Passes the empty gate and fills it with what a load found at this version. */
const fillAfter = async (gate: Gate, version: number): Promise<() => Promise<void>> => {
  const { tenant, principal } = await pass(gate)
  const [tenantLease, principalLease] = [leaseOf(tenant), leaseOf(principal)]
  return () =>
    gate.fill({
      tenantId,
      tenant: { lease: tenantLease, versions: { tenant: version, policy: version } },
      principal: { lease: principalLease, principalId, version },
    })
}

describe('the gate', () => {
  it('knows nothing at first, and gives every caller the right to fill', async () => {
    const gate = memoryGate()
    const [first, second] = [await pass(gate), await pass(gate)]
    expect(leaseOf(first.tenant)).not.toBe(leaseOf(second.tenant))
    expect(leaseOf(first.principal)).not.toBe(leaseOf(second.principal))
  })

  it('knows what was filled under its lease', async () => {
    const gate = memoryGate()
    await (await fillAfter(gate, 5))()
    expect(await pass(gate)).toEqual({ tenant: { version: { tenant: 5, policy: 5 } }, principal: { version: 5 } })
  })

  it('lets only the last lease fill', async () => {
    const gate = memoryGate()
    const early = await fillAfter(gate, 5)
    const late = await fillAfter(gate, 6)
    await early()
    leaseOf((await pass(gate)).tenant)
    await late()
    leaseOf((await pass(gate)).principal)
  })

  it('takes a lease away by telling: what was loaded before cannot be filled after', async () => {
    const gate = memoryGate()
    const fill = await fillAfter(gate, 5)
    await gate.tell(tenantId, toldPrincipal(6))
    await fill()
    const { tenant, principal } = await pass(gate)
    leaseOf(tenant)
    leaseOf(principal)
  })

  it('keeps the maximum, in whatever order it is told', async () => {
    const gate = memoryGate()
    await (await fillAfter(gate, 5))()
    await gate.tell(tenantId, toldPolicy(8))
    await gate.tell(tenantId, toldPrincipal(7))
    await gate.tell(tenantId, toldPolicy(6))
    await gate.tell(tenantId, toldPrincipal(6))
    expect(await pass(gate)).toEqual({ tenant: { version: { tenant: 8, policy: 8 } }, principal: { version: 7 } })
  })

  it('raises the tenant’s version by every event, the policy’s only by those that all depend on', async () => {
    const gate = memoryGate()
    await (await fillAfter(gate, 5))()
    await gate.tell(tenantId, toldPrincipal(6))
    expect((await pass(gate)).tenant).toEqual({ version: { tenant: 6, policy: 5 } })
    await gate.tell(tenantId, toldPolicy(7))
    expect((await pass(gate)).tenant).toEqual({ version: { tenant: 7, policy: 7 } })
    expect((await pass(gate)).principal).toEqual({ version: 6 })
  })

  it('learns nothing by telling alone: what was told is not all there is to know', async () => {
    const gate = memoryGate()
    await gate.tell(tenantId, toldPrincipal(6))
    await gate.tell(tenantId, toldPolicy(7))
    const { tenant, principal } = await pass(gate)
    leaseOf(tenant)
    leaseOf(principal)
  })

  it('keeps tenants apart, and their principals', async () => {
    const gate = memoryGate()
    await (await fillAfter(gate, 5))()
    await gate.tell(other, toldPrincipal(9))
    const theirs = await gate.pass({ tenantId: other, principalIds: [principalId] })
    leaseOf(theirs.tenant)
    const lease = leaseOf(theirs.principals.get(principalId))
    expect((await pass(gate)).principal).toEqual({ version: 5 })
    await gate.fill({ tenantId, principal: { lease, principalId, version: 9 } })
    expect((await pass(gate)).principal).toEqual({ version: 5 })
  })

  it('answers for each principal it is asked about, and for nobody else', async () => {
    const gate = memoryGate()
    await (await fillAfter(gate, 3))()
    const b = asId<PrincipalId>('b')
    const { principals } = await gate.pass({ tenantId, principalIds: [principalId, b] })
    expect([...principals.keys()]).toEqual([principalId, b])
    expect(principals.get(principalId)).toEqual({ version: 3 })
    leaseOf(principals.get(b))
  })
})

describe('a small gate', () => {
  const small = (): Gate => memoryGate({ maxTenants: 1, maxPrincipals: 1 })
  /** Two others push out whatever was known. */
  const evict = (gate: Gate): Promise<unknown> => gate.pass({ tenantId: other, principalIds: [asId<PrincipalId>('x')] })

  it('forgets what is pushed out, which is a miss and never an old answer', async () => {
    const gate = small()
    await (await fillAfter(gate, 5))()
    await gate.tell(tenantId, toldPrincipal(6))
    await evict(gate)
    const { tenant, principal } = await pass(gate)
    leaseOf(tenant)
    leaseOf(principal)
  })

  // Two changes are told in the wrong order, with an eviction between them.
  it('never takes an old version from a telling that is late', async () => {
    const gate = small()
    await (await fillAfter(gate, 5))()
    await gate.tell(tenantId, toldPrincipal(7))
    await evict(gate)
    await gate.tell(tenantId, toldPrincipal(6))
    leaseOf((await pass(gate)).principal)
    await gate.tell(tenantId, toldPrincipal(6))
    leaseOf((await pass(gate)).principal)
  })

  // Load at 5, a revocation at 6 is told, eviction; a fill that only keeps the maximum would put 5 back into the empty key.
  it('never takes an old version back after it was told a new one and forgot it', async () => {
    const gate = small()
    const fill = await fillAfter(gate, 5)
    await gate.tell(tenantId, toldPrincipal(6))
    await evict(gate)
    await fill()
    const { tenant, principal } = await pass(gate)
    leaseOf(tenant)
    leaseOf(principal)
    await fill()
    leaseOf((await pass(gate)).principal)
  })
})

describe('any history', () => {
  type Step = 'pass' | 'fill' | 'revoke' | 'narrow' | 'evict'
  const step = fc.constantFrom<Step>('pass', 'fill', 'revoke', 'narrow', 'evict')

  it('ends with a gate that answers the truth or nothing', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const gate = memoryGate({ maxTenants: 1, maxPrincipals: 1 })
        const truth = { tenant: 1, policy: 1, principal: 1 }
        const fills: (() => Promise<void>)[] = []
        const passAndLoad = async (): Promise<void> => {
          const { tenant, principal } = await pass(gate)
          const { tenant: version, policy, principal: principalVersion } = truth
          expect('version' in tenant ? tenant.version : { tenant: version, policy }).toEqual({ tenant: version, policy })
          expect(principal && 'version' in principal ? principal.version : principalVersion).toBe(principalVersion)
          const [tenantLease, lease] = [tenant, principal].map((known) => (known && 'lease' in known ? known.lease : Symbol('none')))
          fills.push(() =>
            gate.fill({
              tenantId,
              tenant: { lease: tenantLease ?? Symbol('none'), versions: { tenant: version, policy } },
              principal: { lease: lease ?? Symbol('none'), principalId, version: principalVersion },
            }),
          )
        }
        const steady: Record<Step, () => Promise<unknown>> = {
          pass: passAndLoad,
          fill: async () => await fills.shift()?.(),
          revoke: () => gate.tell(tenantId, toldPrincipal((truth.principal = ++truth.tenant))),
          narrow: () => gate.tell(tenantId, toldPolicy((truth.policy = ++truth.tenant))),
          evict: () => gate.pass({ tenantId: other, principalIds: [asId<PrincipalId>('x')] }),
        }
        for (const one of steps) await steady[one]()
        await passAndLoad()
      }),
      { numRuns: 300 },
    )
  })
})
