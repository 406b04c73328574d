import type { Quickstart } from './service.ts'

export interface Answer<Body> {
  readonly status: number
  readonly body: Body
}

/** The admin API as a script would use it. */
export interface AdminApi {
  call<Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>>
  /** Creates by POST and rejects unless that was 201. */
  create<Body>(path: string, body: unknown): Promise<Body>
}

export interface PrincipalAnswer {
  readonly id: string
  readonly client_id: string
}

export interface SecretAnswer {
  readonly id: string
  readonly secret: string
}

export const adminApi = ({ base_url, admin_token }: Pick<Quickstart, 'base_url' | 'admin_token'>): AdminApi => {
  const call = async <Body>(method: string, path: string, body?: unknown): Promise<Answer<Body>> => {
    const answer = await fetch(`${base_url}/admin/v1/${path}`, {
      method,
      headers: { authorization: `Bearer ${admin_token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    const parsed: Body = text === '' ? undefined : JSON.parse(text)
    return { status: answer.status, body: parsed }
  }
  return {
    call,
    async create<Body>(path: string, body: unknown): Promise<Body> {
      const answer = await call<Body>('POST', path, body)
      if (answer.status !== 201) throw new Error(`POST ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
      return answer.body
    },
  }
}

export interface TestClient extends PrincipalAnswer {
  readonly secretId: string
  readonly secret: string
}

/** A service principal of its own with one secret. */
export const createClient = async (
  api: AdminApi,
  tenant: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<TestClient> => {
  const name = `client-${crypto.randomUUID()}`
  const principal = await api.create<PrincipalAnswer>(`tenants/${tenant}/principals`, { kind: 'service', name, ...settings })
  const secret = await api.create<SecretAnswer>(`tenants/${tenant}/principals/${principal.id}/secrets`, {})
  return { ...principal, secretId: secret.id, secret: secret.secret }
}

/** A tenant of its own. */
export const createTenant = async (api: AdminApi, settings: Readonly<Record<string, unknown>> = {}): Promise<string> => {
  const name = `t-${crypto.randomUUID()}`
  await api.create('tenants', { name, ...settings })
  return name
}
