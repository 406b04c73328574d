import { type Gate, memoryGate } from '@chancery/gate'
import { asId, type EventVersions, Fault, type PrincipalId, type TenantId } from '@chancery/kernel'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ReadTenant, RightsCache, type RightsKey } from './rights-cache.ts'
import { acme, loadedTenant, principalRights, readsOf, tenantRights } from './spec.ts'

interface World {
  tenantVersion: number
  policyVersion: number
  /** The principals by client id; absent ones do not exist. */
  readonly principals: Map<string, { readonly principalId: string; version: number }>
  isDeleted: boolean
}

const newWorld = (): World => ({
  tenantVersion: 3,
  policyVersion: 2,
  principals: new Map([['c-loader', { principalId: 'p-loader', version: 3 }]]),
  isDeleted: false,
})

const limits = { maxTenants: 2, maxPrincipals: 3 }
const loader: RightsKey = { clientId: 'c-loader' }

/** Reads of the world as it is when they begin. */
const snapshotOf = ({ tenantVersion, policyVersion, principals, isDeleted }: World) => {
  const known = new Map([...principals].map(([clientId, { principalId, version }]) => [clientId, { principalId, version }]))
  const tenant = loadedTenant({ rights: tenantRights({ policyVersion }), tenantVersion })
  return readsOf(isDeleted ? undefined : tenant, async (key) => {
    const found = 'clientId' in key ? known.get(key.clientId) : undefined
    return found && principalRights({ clientId: Object(key).clientId, principalId: found.principalId, principalVersion: found.version })
  })
}

/** Postgres and a gate in memory. A change is committed first and told then, as the admin does it. */
const inMemory = (gate: Gate = memoryGate()) => {
  const world = newWorld()
  let loads = 0
  let isDown = false
  const readTenant: ReadTenant = async (_tenantId, work) => {
    loads += 1
    if (isDown) throw new Fault('database_unavailable')
    return await work(snapshotOf(world))
  }
  const cache = new RightsCache(gate, readTenant, limits)
  const commitPrincipal = (clientId: string): EventVersions => {
    world.tenantVersion += 1
    const principalId = world.principals.get(clientId)?.principalId ?? `p-${clientId}`
    world.principals.set(clientId, { principalId, version: world.tenantVersion })
    return { tenant: world.tenantVersion, principals: new Map([[asId<PrincipalId>(principalId), world.tenantVersion]]) }
  }
  const commitPolicy = (): EventVersions => {
    world.tenantVersion += 1
    world.policyVersion = world.tenantVersion
    return { tenant: world.tenantVersion, policy: world.policyVersion, principals: new Map() }
  }
  const read = async (key: RightsKey = loader): Promise<unknown> => {
    const rights = await cache.rightsFor(acme, key)
    return rights && [rights.tenant.rights.policyVersion, rights.principal?.principalVersion]
  }
  return {
    world,
    gate,
    cache,
    commitPrincipal,
    commitPolicy,
    read,
    loads: () => loads,
    fail: (down: boolean) => {
      isDown = down
    },
    /** Reads until nothing is loaded any more. */
    warm: async (key: RightsKey = loader): Promise<void> => {
      await read(key)
      await read(key)
      loads = 0
    },
  }
}

describe('the rights in memory', () => {
  it('are loaded until the gate knows their versions, then read without the database', async () => {
    const { read, loads, warm } = inMemory()
    await warm()
    expect(await read()).toEqual([2, 3])
    expect(loads()).toBe(0)
  })

  it('are loaded anew after a change of the principal, and after one on which all depend', async () => {
    const { read, gate, commitPrincipal, commitPolicy, loads, warm } = inMemory()
    await warm()
    await gate.tell(acme, commitPrincipal('c-loader'))
    expect(await read()).toEqual([2, 4])
    await gate.tell(acme, commitPolicy())
    expect(await read()).toEqual([5, 4])
    expect(loads()).toBe(2)
  })

  it('are not loaded anew after a change of another principal', async () => {
    const { read, gate, commitPrincipal, loads, warm } = inMemory()
    await warm()
    await gate.tell(acme, commitPrincipal('c-other'))
    expect(await read()).toEqual([2, 3])
    expect(loads()).toBe(0)
  })

  it('are of a tenant that exists', async () => {
    const { world, gate, read, commitPolicy, warm } = inMemory()
    await warm()
    world.isDeleted = true
    await gate.tell(acme, commitPolicy())
    expect(await read()).toBeUndefined()
  })

  it('are found by each name apart, and apart by tenant', async () => {
    const { cache, loads, warm } = inMemory()
    await warm()
    expect((await cache.rightsFor(acme, { secretId: 'c-loader' }))?.principal).toBeUndefined()
    expect((await cache.rightsFor(acme, { secretMacs: ['c-loader'] }))?.principal).toBeUndefined()
    await cache.rightsFor(asId<TenantId>(acme.replace(/a$/, 'b')), loader)
    expect(loads()).toBe(3)
  })

  it('are served while the database is down, as long as the gate confirms them, and no longer', async () => {
    const { read, gate, fail, commitPrincipal, warm } = inMemory()
    await warm()
    fail(true)
    expect(await read()).toEqual([2, 3])
    await gate.tell(acme, commitPrincipal('c-loader'))
    await expect(read()).rejects.toThrow('database_unavailable')
    fail(false)
    expect(await read()).toEqual([2, 4])
  })

  it('never come back after a change that was told and forgotten, by a fill that was late', async () => {
    const inner = memoryGate({ maxTenants: 2, maxPrincipals: 1 })
    const late: (() => Promise<void>)[] = []
    let isHolding = false
    const holding: Gate = {
      ...inner,
      fill: async (fill) => {
        if (isHolding) late.push(() => inner.fill(fill))
        else await inner.fill(fill)
      },
    }
    const { read, commitPrincipal, warm } = inMemory(holding)
    const forgetPrincipals = (): Promise<unknown> => inner.pass({ tenantId: acme, principalIds: [asId<PrincipalId>('x')] })
    await warm()
    await forgetPrincipals()
    isHolding = true
    expect(await read()).toEqual([2, 3])
    isHolding = false
    await inner.tell(acme, commitPrincipal('c-loader'))
    await forgetPrincipals()
    for (const fill of late) await fill()
    expect(late).toHaveLength(1)
    expect(await read()).toEqual([2, 4])
  })

  it('are loaded anew when the gate forgot them', async () => {
    const { read, gate, loads, warm } = inMemory(memoryGate({ maxTenants: 1, maxPrincipals: 1 }))
    await warm()
    await gate.pass({ tenantId: asId<TenantId>('other'), principalIds: [asId<PrincipalId>('x')] })
    expect(await read()).toEqual([2, 3])
    expect(loads()).toBe(1)
  })
})

describe('an unknown client', () => {
  const stranger: RightsKey = { clientId: 'c-stranger' }

  it('costs the database nothing while nothing changes in the tenant', async () => {
    const { read, loads, warm } = inMemory()
    await warm(stranger)
    expect(await read(stranger)).toEqual([2, undefined])
    expect(loads()).toBe(0)
  })

  it('is looked for again after any change in the tenant, and found at once when it was created', async () => {
    const { read, gate, commitPrincipal, loads, warm } = inMemory()
    await warm(stranger)
    await gate.tell(acme, commitPrincipal('c-loader'))
    expect(await read(stranger)).toEqual([2, undefined])
    expect(loads()).toBe(1)
    await gate.tell(acme, commitPrincipal('c-stranger'))
    expect(await read(stranger)).toEqual([2, 5])
  })

  it('leaves no key in the gate', async () => {
    const asked: PrincipalId[] = []
    const gate = memoryGate()
    const watched: Gate = {
      ...gate,
      pass: (query) => {
        asked.push(...query.principalIds)
        return gate.pass(query)
      },
    }
    const { read } = inMemory(watched)
    for (let attempt = 0; attempt < 3; attempt += 1) await read(stranger)
    expect(asked).toEqual([])
  })
})

describe('a caller', () => {
  it('never joins a load that began before its own gate', async () => {
    const { world, gate, commitPrincipal } = inMemory()
    const begun: PromiseWithResolvers<void>[] = []
    const slow: ReadTenant = async (_tenantId, work) => {
      const snapshot = snapshotOf(world)
      const gone = Promise.withResolvers<void>()
      begun.push(gone)
      await gone.promise
      return await work(snapshot)
    }
    const cache = new RightsCache(gate, slow, limits)
    const early = cache.rightsFor(acme, loader)
    await expect.poll(() => begun.length).toBe(1)
    await gate.tell(acme, commitPrincipal('c-loader'))
    const late = cache.rightsFor(acme, loader)
    begun[0]?.resolve()
    expect(await early).toMatchObject({ principal: { principalVersion: 3 } })
    await expect.poll(() => begun.length).toBe(2)
    begun[1]?.resolve()
    expect(await late).toMatchObject({ principal: { principalVersion: 4 } })
    const next = cache.rightsFor(acme, loader)
    await expect.poll(() => begun.length).toBe(3)
    begun[2]?.resolve()
    expect(await next).toMatchObject({ principal: { principalVersion: 4 } })
  })

  it('shares its load with those who came while another was under way', async () => {
    const { read, loads } = inMemory()
    await Promise.all(Array.from({ length: 1000 }, () => read()))
    expect(loads()).toBe(2)
  })
})

/** Everything that takes time waits here, until a pick lets one go on. */
const waitingRoom = () => {
  const waiting: (() => void)[] = []
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return {
    later: <Result>(act: () => Promise<Result>): Promise<Result> => new Promise<void>((resolve) => waiting.push(resolve)).then(act),
    letOneGo: async (pick: number): Promise<void> => {
      const [chosen] = waiting.splice(pick % Math.max(1, waiting.length), 1)
      chosen?.()
      await turn()
    },
    letAllGo: async (): Promise<void> => {
      await turn()
      while (waiting.length > 0) {
        waiting.shift()?.()
        await turn()
      }
    },
  }
}

/** A cache over a gate and a database that both take their time, and what it must at least know: all that was answered. */
const unhurried = ({ later }: Pick<ReturnType<typeof waitingRoom>, 'later'>) => {
  const inner = memoryGate({ maxTenants: 1, maxPrincipals: 2 })
  const gate: Gate = {
    pass: (query) => later(() => inner.pass(query)),
    fill: (fill) => later(() => inner.fill(fill)),
    tell: (tenantId, versions) => later(() => inner.tell(tenantId, versions)),
  }
  const { world, commitPrincipal, commitPolicy } = inMemory(gate)
  const cache = new RightsCache(
    gate,
    async (_tenantId, work) => {
      const snapshot = snapshotOf(world)
      return await later(() => work(snapshot))
    },
    limits,
  )
  const answered = new Map([['policy', 2]])
  const floorOf = (name: string): number => answered.get(name) ?? 0
  const change = async (name: string, versions: EventVersions): Promise<true> => {
    await gate.tell(acme, versions)
    answered.set(name, Math.max(floorOf(name), versions.tenant))
    return true
  }
  const pushOut = async (tenantId: TenantId): Promise<true> => {
    await inner.pass({ tenantId, principalIds: [asId<PrincipalId>('x'), asId<PrincipalId>('y')] })
    return true
  }
  return {
    read: async (clientId: string): Promise<boolean> => {
      const [policy, version] = [floorOf('policy'), floorOf(clientId)]
      const rights = await cache.rightsFor(acme, { clientId })
      return Number(rights?.tenant.rights.policyVersion) >= policy && Number(rights?.principal?.principalVersion ?? 0) >= version
    },
    change: (clientId: string) => change(clientId, commitPrincipal(clientId)),
    narrow: () => change('policy', commitPolicy()),
    evict: () => pushOut(asId<TenantId>('other')),
    evictPrincipals: () => pushOut(acme),
  }
}

describe('any history', () => {
  const clientId = fc.constantFrom('c-loader', 'c-late')
  const act = fc.oneof(
    { weight: 4, arbitrary: fc.constant('read' as const) },
    { weight: 2, arbitrary: fc.constant('change' as const) },
    { weight: 1, arbitrary: fc.constantFrom('narrow' as const, 'evict' as const, 'evictPrincipals' as const) },
    { weight: 8, arbitrary: fc.constant('wait' as const) },
  )

  it('serves nothing older than what was told before the request began', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.record({ act, clientId, pick: fc.nat(7) }), { minLength: 8, maxLength: 80 }), async (steps) => {
        const room = waitingRoom()
        const acts = unhurried(room)
        const running: Promise<boolean>[] = []
        for (const step of steps) {
          if (step.act === 'wait') await room.letOneGo(step.pick)
          else running.push(acts[step.act](step.clientId))
        }
        await room.letAllGo()
        expect(await Promise.all(running)).not.toContain(false)
      }),
      { numRuns: 500 },
    )
  })
})
