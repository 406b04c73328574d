import { initialIssuancePolicy, type PrincipalRights, type SecretRights, type TenantRights } from '@chancery/domain'
import type { DirectoryEntry, LoadedTenant, SigningKeyRow, TenantReads } from '@chancery/event-store'
import { asId, type Clock, type Milliseconds, type Random, type TenantId } from '@chancery/kernel'
import {
  type AlgorithmName,
  generateSigningKey,
  type Keyring,
  macOf,
  mintSecret,
  pepperRing,
  seal,
  signingKeyContext,
} from '@chancery/tokens'
import type { TokenRequest } from './token-request.ts'

// What the issuer's specifications are told in: one tenant with one principal, and hands for the clock, the randomness and the keys.

export const acme = asId<TenantId>('00000000-0000-4000-8000-00000000000a')
export const at: Milliseconds = 1_700_000_000_000

export interface HandClock extends Clock {
  /** Both times move on together. */
  pass(milliseconds: Milliseconds): void
}

export const handClock = (): HandClock => {
  let passed = 0
  return {
    now: () => at + passed,
    monotonic: () => 5000 + passed,
    pass: (milliseconds) => {
      passed += milliseconds
    },
  }
}

/** Ids that count up. */
export const countingRandom = (): Random => {
  let count = 0
  return {
    bytes: (length) => new Uint8Array(length).fill(7),
    uuid: () => `00000000-0000-4000-9000-${String(++count).padStart(12, '0')}`,
  }
}

export const peppers = pepperRing({
  activeId: 'p2',
  keys: new Map([
    ['p2', new Uint8Array(32).fill(2)],
    ['p1', new Uint8Array(32).fill(1)],
  ]),
})
export const masterKeys: Keyring = { activeId: 'm1', keys: new Map([['m1', new Uint8Array(32).fill(3)]]) }

export const secretId = '0b7cc1a5-7a4e-4b3f-9f57-2f8f5c3f9a10'
/** A secret of ours, and a text from elsewhere that clients like to encode. */
export const ownSecret = mintSecret('chs', secretId, new Uint8Array(32).fill(9))
export const importedSecret = 's3c+ret/=%41:x'

export const secretRights = (text: string, changes: Partial<SecretRights> = {}): SecretRights => {
  const pepperId = changes.pepperId ?? 'p2'
  return { secretId, expiresAt: at + 86_400_000, isImported: false, mac: macOf(peppers, pepperId, text), pepperId, ...changes }
}

export const principalRights = (changes: Partial<PrincipalRights> = {}): PrincipalRights => ({
  principalId: 'p-loader',
  kind: 'service',
  name: 'loader',
  clientId: 'c-loader',
  isEnabled: true,
  roles: ['reader'],
  workspaceIds: ['w1'],
  policyId: 'i-loader',
  policy: initialIssuancePolicy,
  secrets: [secretRights(ownSecret)],
  principalVersion: 3,
  ...changes,
})

export const tenantRights = (changes: Partial<TenantRights> = {}): TenantRights => ({
  tenantId: acme,
  name: 'acme',
  status: 'active',
  accountId: 'account-acme',
  defaultAudience: undefined,
  defaultAlg: undefined,
  workspaces: [{ workspaceId: 'w1', name: 'sales', audience: 'sales-lake', hosts: ['sales.example'] }],
  resources: [],
  policyVersion: 2,
  ...changes,
})

export const loadedTenant = (changes: Partial<LoadedTenant> = {}): LoadedTenant => ({
  rights: tenantRights(),
  displayName: undefined,
  hosts: [],
  signingKeys: [],
  tenantVersion: 3,
  ...changes,
})

export const directoryEntry = (changes: Partial<DirectoryEntry> = {}): DirectoryEntry => ({
  tenantId: acme,
  name: 'acme',
  status: 'active',
  hosts: [],
  accountId: 'account-acme',
  workspaces: [{ workspaceId: 'w1', name: 'sales', audience: 'sales-lake', hosts: ['sales.example'] }],
  signingKeys: [],
  policyVersion: 2,
  ...changes,
})

const sealedKey = async (alg: AlgorithmName): Promise<SigningKeyRow> => {
  const { kid, publicJwk, pkcs8 } = await generateSigningKey(alg)
  const times = { createdAt: at - 1000, activatesAt: at - 1000, compromisedAt: undefined }
  return { kid, alg, publicJwk: { ...publicJwk }, ...times, sealedPrivateKey: seal(masterKeys, pkcs8, signingKeyContext(acme, kid)) }
}

/** A key of acme's that has signed for a second; made once for all who ask. */
export const signingKeyRow: Promise<SigningKeyRow> = sealedKey('ES256')

const unread = (): Promise<never> => Promise.reject(new Error('not read on the token path'))

/** Reads of one snapshot that knows one tenant, and answers for its principals by `principal`. */
export const readsOf = (tenant: LoadedTenant | undefined, principal: TenantReads['principal']): TenantReads => ({
  tenant: () => Promise.resolve(tenant),
  principal,
  principals: unread,
  workspaces: unread,
  resources: unread,
  resource: unread,
  secrets: unread,
  operatorToken: unread,
  operatorTokens: unread,
})

export const tokenRequest = (form: Readonly<Record<string, string>> = {}, authorization?: string): TokenRequest => ({
  grantType: 'client_credentials',
  form: new Map(Object.entries(form)),
  authorization,
})

export const basic = (pair: string): string => `Basic ${Buffer.from(pair, 'utf8').toString('base64')}`
