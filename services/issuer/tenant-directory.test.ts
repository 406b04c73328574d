import type { DirectoryEntry } from '@chancery/event-store'
import { asId, Fault, type TenantId } from '@chancery/kernel'
import { describe, expect, it } from 'vitest'
import { acme, at, directoryEntry, handClock, signingKeyRow } from './spec.ts'
import { type DirectorySource, tenantDirectory } from './tenant-directory.ts'

const zeta = asId<TenantId>('00000000-0000-4000-8000-00000000000f')
const zetaEntry = (changes: Partial<DirectoryEntry> = {}): DirectoryEntry =>
  directoryEntry({ tenantId: zeta, name: 'zeta', accountId: 'account-zeta', workspaces: [], ...changes })

/** A database whose answers are given one after the other; the last one is empty for ever. */
const answering = (...answers: readonly (readonly DirectoryEntry[])[]) => {
  const cursors: (string | undefined)[] = []
  const source: DirectorySource = async (cursor) => {
    cursors.push(cursor)
    return { entries: answers[cursors.length - 1] ?? [], cursor: String(cursors.length) }
  }
  const clock = handClock()
  return { cursors, clock, directory: tenantDirectory({ source, clock, maxTokenLifeSeconds: 86_400 }) }
}

describe('the directory of tenants', () => {
  it('finds a tenant by whatever leads to it', async () => {
    const { directory } = answering([directoryEntry({ hosts: ['acme.example'] }), zetaEntry()])
    await directory.refresh()
    expect((await directory.byName('acme'))?.tenantId).toBe(acme)
    expect((await directory.byAccount('account-zeta'))?.tenantId).toBe(zeta)
    expect((await directory.byHost('acme.example'))?.tenant.tenantId).toBe(acme)
    expect(await directory.byHost('sales.example')).toMatchObject({ tenant: { tenantId: acme }, workspaceId: 'w1' })
    expect(directory.byId(zeta)?.name).toBe('zeta')
    expect(directory.knownHost('sales.example')?.workspaceId).toBe('w1')
  })

  it('asks for what has changed since it last asked', async () => {
    const { directory, cursors } = answering([directoryEntry()])
    await directory.refresh()
    await directory.refresh()
    expect(cursors).toEqual([undefined, '1'])
  })

  it('looks once for a name it does not know, and not at all for one it knows', async () => {
    const { directory, cursors } = answering([], [directoryEntry()])
    await directory.refresh()
    expect((await directory.byName('acme'))?.tenantId).toBe(acme)
    await directory.byName('acme')
    expect(cursors).toHaveLength(2)
    expect(await directory.byName('nobody')).toBeUndefined()
    expect(cursors).toHaveLength(3)
    expect(directory.knownHost('nobody.example')).toBeUndefined()
    expect(cursors).toHaveLength(3)
  })

  it('costs a flood of unknown names one look at a time', async () => {
    const { directory, cursors } = answering([])
    await Promise.all(Array.from({ length: 1000 }, (_, index) => directory.byName(`nobody-${index}`)))
    expect(cursors).toHaveLength(2)
  })

  it('forgets a host that was taken away, and leads it to its next owner in any order', async () => {
    for (const order of [[0, 1] as const, [1, 0] as const]) {
      const moved = [directoryEntry({ hosts: [], workspaces: [] }), zetaEntry({ hosts: ['sales.example'] })]
      const { directory } = answering(
        [directoryEntry({ hosts: ['acme.example'] })],
        order.flatMap((index) => moved[index] ?? []),
      )
      await directory.refresh()
      await directory.refresh()
      expect(directory.knownHost('acme.example')).toBeUndefined()
      expect(directory.knownHost('sales.example')?.tenant.name).toBe('zeta')
    }
  })

  it('keeps the name of a deleted tenant, but not its hosts', async () => {
    const { directory } = answering([directoryEntry({ status: 'deleted', hosts: ['acme.example'] })])
    await directory.refresh()
    expect((await directory.byName('acme'))?.status).toBe('deleted')
    expect(directory.knownHost('acme.example')).toBeUndefined()
    expect(directory.knownHost('sales.example')).toBeUndefined()
  })

  it('gives the name of a deleted tenant to a living one, in any order', async () => {
    const next = zetaEntry({ name: 'acme', accountId: 'account-acme' })
    for (const entries of [
      [directoryEntry({ status: 'deleted' }), next] as const,
      [next, directoryEntry({ status: 'deleted' })] as const,
    ]) {
      const { directory } = answering([...entries])
      await directory.refresh()
      expect((await directory.byName('acme'))?.tenantId).toBe(zeta)
      expect((await directory.byAccount('account-acme'))?.tenantId).toBe(zeta)
    }
  })

  it('is confirmed as of the moment it asked, not the moment it was answered', async () => {
    const clock = handClock()
    const { promise, resolve } = Promise.withResolvers<{ entries: readonly DirectoryEntry[]; cursor: string }>()
    const directory = tenantDirectory({ source: () => promise, clock, maxTokenLifeSeconds: 86_400 })
    expect(directory.confirmedAt()).toBe(Number.NEGATIVE_INFINITY)
    const refreshed = directory.refresh()
    const began = clock.monotonic()
    clock.pass(3000)
    resolve({ entries: [], cursor: '1' })
    await refreshed
    expect(directory.confirmedAt()).toBe(began)
  })

  it('is not confirmed by a database that does not answer, and keeps what it knows', async () => {
    let isDown = false
    const source: DirectorySource = () =>
      isDown ? Promise.reject(new Fault('database_unavailable')) : Promise.resolve({ entries: [directoryEntry()], cursor: '1' })
    const clock = handClock()
    const directory = tenantDirectory({ source, clock, maxTokenLifeSeconds: 86_400 })
    await directory.refresh()
    const confirmed = directory.confirmedAt()
    isDown = true
    clock.pass(1000)
    await expect(directory.refresh()).rejects.toThrow('database_unavailable')
    await expect(directory.byName('nobody')).rejects.toThrow('database_unavailable')
    expect(directory.confirmedAt()).toBe(confirmed)
    expect((await directory.byName('acme'))?.tenantId).toBe(acme)
  })
})

describe('the key set of a tenant', () => {
  it('is the same document for a second, and follows time after it', async () => {
    const key = await signingKeyRow
    const successor = { ...key, createdAt: at, activatesAt: at + 3_600_000 }
    const { directory, clock } = answering([directoryEntry({ signingKeys: [key] })], [directoryEntry({ signingKeys: [key, successor] })])
    await directory.refresh()
    const tenant = directory.byId(acme)
    expect(tenant).toBeDefined()
    for (const listed of tenant === undefined ? [] : [tenant]) {
      const document = directory.jwks(listed)
      expect(JSON.parse(document.body)).toEqual({ keys: [{ ...key.publicJwk, kid: key.kid, alg: 'ES256', use: 'sig' }] })
      clock.pass(999)
      expect(directory.jwks(listed)).toBe(document)
      clock.pass(1)
      expect(directory.jwks(listed)).not.toBe(document)
      expect(directory.jwks(listed)).toEqual(document)
    }
  })
})
