import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { type Service, startService } from '../harness/service.ts'
import { run, runService, type ServiceOptions } from './run-service.ts'
import { quickstartToken } from './token-client.ts'

// The system's Node, with which anyone begins; absent where only ours is installed.
const systemNode = '/usr/bin/node'

describe('a start that cannot be says why in one sentence and damages nothing', { timeout: 60_000 }, () => {
  let scratch: string
  let service: Service

  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'chancery-refusals-'))
    await chmod(scratch, 0o711)
    service = await startService({ dataDir: join(scratch, 'data') })
  }, 120_000)

  afterAll(async () => {
    await service.stop()
    await rm(scratch, { recursive: true, force: true })
  })

  const refusal = async (env: Readonly<Record<string, string>>, options: ServiceOptions = {}): Promise<string[]> => {
    const refused = runService({ ...options, env: { CHANCERY_DATA_DIR: join(scratch, 'never'), ...env } })
    // One that is not refused after all must not outlive its test.
    onTestFinished(() => void refused.child.kill('SIGTERM'))
    expect(await refused.ended).toBe(1)
    expect(refused.stdout()).toBe('')
    return refused.stderr().trimEnd().split('\n')
  }

  const serves = async (): Promise<void> => expect((await quickstartToken(service.quickstart)).status).toBe(200)

  test('a port in use', async () => {
    const rival = createServer()
    const port = await new Promise<number>((resolve, reject) =>
      rival.listen({ host: '127.0.0.1', port: 0 }, () => {
        const address = rival.address()
        if (typeof address === 'object' && address !== null) resolve(address.port)
        else reject(new Error('no port'))
      }),
    )
    try {
      const said = await refusal({ CHANCERY_PORT: String(port) })
      expect(said).toEqual([`chancery: Port ${port} on 127.0.0.1 is in use by another process; stop it or set CHANCERY_PORT.`])
      expect(await readdir(scratch)).not.toContain('never')
    } finally {
      rival.close()
    }
  })

  test('a data directory in use by a running instance, which goes on', async () => {
    const before = await readFile(join(service.dataDir, 'quickstart.json'), 'utf8')
    const said = await refusal({ CHANCERY_DATA_DIR: service.dataDir })
    expect(said).toEqual([`chancery: The data directory ${service.dataDir} is in use by another instance of Chancery.`])
    expect(await readFile(join(service.dataDir, 'quickstart.json'), 'utf8')).toBe(before)
    await serves()
  })

  test('a file where the data directory should be', async () => {
    const file = join(scratch, 'file')
    await writeFile(file, 'precious')
    expect(await refusal({ CHANCERY_DATA_DIR: join(file, 'data') })).toEqual([`chancery: The data directory ${file}/data cannot be made.`])
    expect(await readFile(file, 'utf8')).toBe('precious')
  })

  test('a data directory that may not be written to', async () => {
    const closed = join(scratch, 'closed')
    await mkdir(closed, { mode: 0o555 })
    const said = await refusal({ CHANCERY_DATA_DIR: closed }, { isBound: true })
    expect(said).toEqual([`chancery: The lock file ${closed}/postgres.lock cannot be opened for writing.`])
    expect(await readdir(closed)).toEqual([])
  })

  test('a data directory that holds something else', async () => {
    const corrupt = join(scratch, 'corrupt')
    await mkdir(join(corrupt, 'postgres'), { recursive: true })
    await writeFile(join(corrupt, 'postgres', 'precious'), 'precious')
    const said = await refusal({ CHANCERY_DATA_DIR: corrupt })
    expect(said).toEqual([
      `chancery: ${corrupt}/postgres exists but is not a PostgreSQL cluster (no valid PG_VERSION); nothing in it was changed.`,
    ])
    expect(await readdir(join(corrupt, 'postgres'))).toEqual(['precious'])
    expect(await readFile(join(corrupt, 'postgres', 'precious'), 'utf8')).toBe('precious')
  })

  test('a variable that does not read', async () => {
    expect(await refusal({ CHANCERY_PORT: 'abc' })).toEqual(['chancery: CHANCERY_PORT must be a port, 0 to 65535.'])
  })

  test('cluster mode names each variable that is missing', async () => {
    const said = await refusal({ CHANCERY_MODE: 'cluster', CHANCERY_POSTGRES_URL: '', CHANCERY_MASTER_KEY: '', CHANCERY_PEPPER: '' })
    const missing = ['CHANCERY_MASTER_KEY', 'CHANCERY_PEPPER', 'CHANCERY_POSTGRES_URL', 'CHANCERY_PUBLIC_URL']
    expect(said).toEqual(missing.map((name) => `chancery: ${name} is missing: cluster mode does not start without it.`))
  })

  test('another Node than the one it is written for', async () => {
    const older = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '24.21.0' } })"
    const said = await refusal({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(older)}` })
    expect(said).toEqual(['chancery: Chancery runs on Node 26; this is 24.21.0. Start it with npm start.'])
  })

  test("the bootstrap takes the system's Node to ours, and a refusal is still one sentence", async () => {
    const refused = run([systemNode, 'infra/bootstrap/bootstrap.mjs', 'services/all-in-one/main.ts'], { env: { CHANCERY_PORT: 'abc' } })
    expect(await refused.ended).toBe(1)
    expect(refused.stderr()).toBe('chancery: CHANCERY_PORT must be a port, 0 to 65535.\n')
  })

  test.each(['master.key', 'pepper.key'])('a %s that is damaged or lost, until the right one is put back', async (name) => {
    const file = join(service.dataDir, name)
    const right = await readFile(file)
    const putBack = 'put the file back that was there, or nothing sealed under it opens again.'
    service.kill('SIGTERM')
    await service.exited
    try {
      await writeFile(file, right.subarray(0, 20))
      expect(await refusal({ CHANCERY_DATA_DIR: service.dataDir })).toEqual([`chancery: ${file} does not hold key material; ${putBack}`])
      expect(await readFile(file)).toEqual(right.subarray(0, 20))
      await rm(file)
      expect(await refusal({ CHANCERY_DATA_DIR: service.dataDir })).toEqual([`chancery: ${file} is gone; ${putBack}`])
      await expect(readFile(file)).rejects.toMatchObject({ code: 'ENOENT' })
    } finally {
      await writeFile(file, right, { mode: 0o600 })
    }
    service = await startService({ dataDir: service.dataDir })
    await serves()
  })
})
