import { build } from './app.ts'
import type { Surroundings } from './surroundings.ts'

export interface Shown {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface Terminal extends Partial<Omit<Surroundings, 'stdin' | 'readFile' | 'fileMode'>> {
  readonly stdin?: string
  /** The files there are; all of them are the owner's alone unless `modes` says otherwise. */
  readonly files?: Readonly<Record<string, string>>
  readonly modes?: Readonly<Record<string, number>>
}

const absent = (path: string): Error => Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' })

/** Runs the program as a process of a made-up machine would. */
export const type = async (argv: readonly string[], { stdin = '', files = {}, modes = {}, ...rest }: Terminal = {}): Promise<Shown> => {
  const shown = { stdout: '', stderr: '' }
  const run = build({
    fetch,
    env: {},
    stdout: { write: (text) => (shown.stdout += text) },
    stderr: { write: (text) => (shown.stderr += text) },
    now: Date.now,
    wait: () => Promise.reject(new Error('nobody waits here')),
    cwd: '/home/ada/work',
    repositoryRoot: '/opt/chancery',
    nodeVersion: '26.10.0',
    ...rest,
    stdin: (async function* () {
      yield stdin
    })(),
    readFile: async (path) => {
      const text = files[path]
      if (text === undefined) throw absent(path)
      return text
    },
    fileMode: async (path) => modes[path] ?? 0o600,
  })
  return { code: await run(argv), ...shown }
}

export const quickstartPath = '/home/ada/work/.chancery/quickstart.json'

export const adminToken = 'operator-token-of-the-test'
export const clientSecret = 'client-secret-of-the-test'

/** A machine on which a server at this URL has written its quickstart.json. */
export const quickstartAt = (baseUrl: string): Readonly<Record<string, string>> => ({
  [quickstartPath]: JSON.stringify({
    base_url: baseUrl,
    tenant: 'acme',
    issuer: `${baseUrl}/t/acme`,
    token_url: `${baseUrl}/t/acme/v1/oauth/tokens`,
    client_id: 'c1',
    client_secret: clientSecret,
    admin_token: adminToken,
  }),
})
