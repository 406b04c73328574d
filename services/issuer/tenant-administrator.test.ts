import { initialIssuancePolicy } from '@chancery/domain'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ask, type IssuerInMemory, issuerInMemory } from './in-memory.spec.ts'
import { acme, ownSecret, principalRights, tenantRights } from './spec.ts'

let memory: IssuerInMemory
const administrator = principalRights({ roles: ['administrator'], policy: { ...initialIssuancePolicy, audiences: ['lake'] } })
beforeEach(async () => {
  memory = await issuerInMemory()
  memory.world.principal = administrator
})
afterEach(() => memory.close())

const tokenFor = async (form: Readonly<Record<string, string>> = {}): Promise<string> => {
  const credentials = { grant_type: 'client_credentials', client_id: 'c-loader', client_secret: ownSecret }
  return (await ask(memory, { ...credentials, ...form })).json().access_token
}
const isAdministrator = (authorization: string | undefined): Promise<boolean> => memory.issuer.isTenantAdministrator(acme, authorization)

it('an administrator is known by a token for the tenant itself', async () => {
  expect(await isAdministrator(`Bearer ${await tokenFor()}`)).toBe(true)
  expect(await isAdministrator(`bearer ${await tokenFor()}`)).toBe(true)
})

it('nobody is known by anything else', async () => {
  const token = await tokenFor()
  for (const authorization of [undefined, '', 'Bearer', 'Bearer x', `Basic ${token}`, token, `Bearer ${token.slice(0, -4)}AAAA`]) {
    expect(await isAdministrator(authorization)).toBe(false)
  }
})

it('a token for somebody else, or without the role, makes no administrator', async () => {
  expect(await isAdministrator(`Bearer ${await tokenFor({ audience: 'lake' })}`)).toBe(false)
  expect(await isAdministrator(`Bearer ${await tokenFor({ scope: 'PRINCIPAL_ROLE:reader' })}`)).toBe(false)
})

it('a token that has expired makes no administrator', async () => {
  const token = await tokenFor()
  memory.clock.pass(3_600_000)
  expect(await isAdministrator(`Bearer ${token}`)).toBe(false)
})

it('one who is no longer an administrator, or no longer enabled, is none at once', async () => {
  const token = await tokenFor()
  for (const changes of [{ roles: ['reader'] }, { isEnabled: false }]) {
    memory.world.principal = { ...administrator, ...changes }
    await memory.tell(memory.world.tenant.rights.policyVersion + 1)
    expect(await isAdministrator(`Bearer ${token}`)).toBe(false)
  }
})

it('a tenant that is suspended has no administrator', async () => {
  const token = await tokenFor()
  memory.world.tenant = { ...memory.world.tenant, rights: tenantRights({ status: 'suspended', policyVersion: 9 }) }
  await memory.tell(9)
  expect(await isAdministrator(`Bearer ${token}`)).toBe(false)
})

it('when nobody can tell, the answer is a fault and not a no', async () => {
  const token = await tokenFor()
  await memory.tell(9)
  memory.world.isDatabaseDown = true
  await expect(isAdministrator(`Bearer ${token}`)).rejects.toMatchObject({ code: 'database_unavailable' })
})
