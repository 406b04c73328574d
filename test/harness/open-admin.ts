import { erasePersonal, openDatabase, platformTenantId, postgresStore, tenantDirectory, tenantsPage } from '@chancery/event-store'
import { createServer } from '@chancery/http'
import { asId, type Fault, systemRandom, type TenantId } from '@chancery/kernel'
import { pepperRing } from '@chancery/tokens'
import { Value } from 'typebox/value'
import { expect } from 'vitest'
import { type AdminOptions, build } from '../../services/admin/app.ts'
import { statusOf } from '../../services/admin/http/endpoint.ts'
import { endpoints } from '../../services/admin/routes/endpoints.ts'
import type { TestPostgres } from './postgres.ts'

const masterKeys = { activeId: 'm', keys: new Map([['m', systemRandom.bytes(32)]]) }
const peppers = pepperRing({ activeId: 'p', keys: new Map([['p', systemRandom.bytes(32)]]) })

/** Which operation a request is for, so that every answer is held against the schema that documents it. */
const operationOf = (method: string, url: string) =>
  endpoints.find(
    (endpoint) =>
      endpoint.method === method && new RegExp(`^/admin/v1${endpoint.url.replace(/:\w+/g, '[^/]+')}$`).test(url.split('?')[0] ?? ''),
  )

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** The admin service on a database of its own, under a clock that stands still until it is set, and an operator's token to call it with. */
export const openAdmin = async (postgres: TestPostgres) => {
  const clock = { at: Date.UTC(2030, 0, 1), now: () => clock.at, monotonic: () => clock.at }
  const database = await openDatabase({ connection: await postgres.createDatabase() })
  const store = postgresStore({ database, clock, random: systemRandom, announce: () => Promise.resolve() })
  const directory = tenantDirectory(database)
  const tenantIdOf = async (name: string) => {
    const entry = (await directory.changedSince()).entries.find((tenant) => tenant.name === name && tenant.status !== 'deleted')
    return entry && asId<TenantId>(entry.tenantId)
  }
  const faults: Fault[] = []
  const bugs: Error[] = []
  const options: AdminOptions = {
    store,
    tenantIdOf,
    tenantsPage: (page) => tenantsPage(database, page),
    erasePersonal: (tenantId, principalId) => erasePersonal(database, tenantId, principalId),
    rebuild: (swap) => Promise.resolve({ ...swap, differences: 0 }),
    platformTenantId,
    issuerOf: ({ name, hosts }) => (hosts[0] === undefined ? `https://office.example/t/${name}` : `https://${hosts[0]}`),
    clock,
    random: systemRandom,
    masterKeys,
    peppers,
    keyLeadSeconds: 3600,
    about: { version: '0.1.0', mode: 'embedded' },
    onFault: (fault) => faults.push(fault),
  }
  const serverOf = (overrides: Partial<AdminOptions> = {}) => {
    const server = createServer({ trustedProxies: [], onBug: (error) => bugs.push(error) })
    build({ ...options, ...overrides }).routes(server)
    return server
  }
  const server = serverOf()
  const admin = build(options)
  const { token } = await admin.provision.issueOperatorToken('test')
  const authorization = `Bearer ${token}`
  const call = async (method: Method, path: string, body?: unknown) => {
    const url = `/admin/v1${path}`
    const headers = { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }
    const answer = await server.inject({ method, url, headers, ...(body === undefined ? {} : { payload: JSON.stringify(body) }) })
    if (bugs[0] !== undefined) throw bugs[0]
    const json = answer.body === '' ? {} : answer.json()
    const operation = operationOf(method, url)
    if (answer.statusCode < 300 && operation !== undefined) {
      expect([answer.statusCode, ...Value.Errors(operation.answer, json)], `${method} ${url}`).toEqual([statusOf(operation)])
    }
    return { status: answer.statusCode, code: json.code, headers: answer.headers, body: json }
  }
  return { admin, call, server, serverOf, store, database, clock, masterKeys, peppers, authorization, token, bugs, faults }
}
