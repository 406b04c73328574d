// From spawn to a served token: on an empty data directory, after a clean stop and after a crash; and the memory of an idle service.
//
//   node infra/bootstrap/bootstrap.mjs test/load/start-times.ts [--rounds 5] [--idle-seconds 60]
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Service, startService } from '../harness/service.ts'

/** Seconds from spawn to token, and the service's own megabytes, that may not be exceeded. */
const bars = { first: 5, stopped: 2, crashed: 5, idleMb: 110 }

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, 'idle-seconds': { type: 'string', default: '60' } } })

const askForToken = async ({ quickstart }: Service): Promise<void> => {
  const { client_id, client_secret, token_url } = quickstart
  const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'catalog', client_id, client_secret })
  const answer = await fetch(token_url, { method: 'POST', body })
  await answer.text()
  if (answer.status !== 200) throw new Error(`the first token was refused: ${answer.status}`)
}

const timedStart = async (dataDir: string): Promise<{ service: Service; seconds: number }> => {
  const began = performance.now()
  const service = await startService({ dataDir })
  await askForToken(service)
  return { service, seconds: (performance.now() - began) / 1000 }
}

const end = async (service: Service, signal: NodeJS.Signals): Promise<void> => {
  service.kill(signal)
  await service.exited
}

/** A process of its own on a data directory of its own, from nothing to removed. */
const round = async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'chancery-start-'))
  try {
    const first = await timedStart(dataDir)
    await end(first.service, 'SIGTERM')
    const stopped = await timedStart(dataDir)
    await end(stopped.service, 'SIGKILL')
    const crashed = await timedStart(dataDir)
    await end(crashed.service, 'SIGTERM')
    return { first: first.seconds, stopped: stopped.seconds, crashed: crashed.seconds }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Megabytes resident in the service itself, Postgres not counted, after it has issued a token and then been left alone. */
const idleMb = async (seconds: number): Promise<number> => {
  const service = await startService()
  try {
    await askForToken(service)
    await setTimeout(seconds * 1000)
    const resident = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${service.pid}/status`, 'utf8'))?.[1]
    return Number(resident) / 1024
  } finally {
    await service.stop()
  }
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

const report = (label: string, figure: number, { bar, unit, all }: { bar: number; unit: string; all: string }): void => {
  process.stdout.write(`${label.padEnd(24)} ${figure.toFixed(2).padStart(7)} ${unit} (bar ${bar} ${unit})  ${all}\n`)
  if (!(figure <= bar)) process.exitCode = 1
}

const rounds: Awaited<ReturnType<typeof round>>[] = []
for (let number = 0; number < Number(values.rounds); number += 1) rounds.push(await round())

for (const [label, kind] of [
  ['first start', 'first'],
  ['after a clean stop', 'stopped'],
  ['after a crash', 'crashed'],
] as const) {
  const seconds = rounds.map((times) => times[kind])
  report(label, median(seconds), { bar: bars[kind], unit: 's', all: seconds.map((time) => time.toFixed(2)).join(' ') })
}
report(`idle for ${values['idle-seconds']} s`, await idleMb(Number(values['idle-seconds'])), { bar: bars.idleMb, unit: 'MB', all: '' })
