// Processor time per token, ours against the floor, in one run on one machine. Speed is told as a ratio, since machines differ.
//
//   npm run load [-- --seconds 5 --rounds 5 --connections 64]
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import autocannon from 'autocannon'
import { startService } from '../harness/service.ts'
import { descendantsMs, processorMs } from './processor-time.ts'

/** What one token may cost, in floors. */
const bar = 2

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '64' },
  },
})

interface Target {
  readonly name: string
  readonly pid: number
  readonly url: string
  readonly body: string
}

interface Round {
  /** Microseconds of processor time per token: of the server, and of the processes it started. */
  readonly ownUs: number
  readonly engineUs: number
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

const startFloor = async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('floor.ts', import.meta.url))], { stdio: ['ignore', 'pipe', 'inherit'] })
  const chunks = await once(child.stdout, 'data')
  const { port }: { port: number } = JSON.parse(String(chunks[0]))
  return { child, url: `http://127.0.0.1:${port}/token` }
}

const drive = async ({ name, pid, url, body }: Target, seconds: number): Promise<Round> => {
  const before = { own: processorMs(pid), engines: descendantsMs(pid) }
  const result = await autocannon({
    url,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
    connections: Number(values.connections),
    duration: seconds,
  })
  const tokens = result['2xx']
  if (tokens === 0 || result.non2xx > 0 || result.errors > 0)
    throw new Error(`${name}: ${result.non2xx} refusals, ${result.errors} errors, ${tokens} tokens`)
  return {
    ownUs: ((processorMs(pid) - before.own) * 1000) / tokens,
    engineUs: ((descendantsMs(pid) - before.engines) * 1000) / tokens,
    perSecond: tokens / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
  }
}

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN

const shown = (label: string, { ownUs, engineUs, perSecond, p50, p99 }: Round): string =>
  `${label.padEnd(10)} ${ownUs.toFixed(0).padStart(6)} us/token  engines ${engineUs.toFixed(0).padStart(5)} us  ${perSecond.toFixed(0).padStart(6)}/s  p50 ${p50} ms  p99 ${p99} ms`

const floor = await startFloor()
const service = await startService()
try {
  const secondsPerRound = Number(values.seconds)
  const { client_id, client_secret, token_url } = service.quickstart
  const body = 'grant_type=client_credentials&scope=catalog'
  const targets = {
    floor: { name: 'floor', pid: floor.child.pid ?? 0, url: floor.url, body: `${body}&client_id=floor&client_secret=secret` },
    chancery: { name: 'chancery', pid: service.pid, url: token_url, body: `${body}&client_id=${client_id}&client_secret=${client_secret}` },
  }
  await drive(targets.floor, 3)
  await drive(targets.chancery, 3)
  const ratios: number[] = []
  for (let round = 0; round < Number(values.rounds); round += 1) {
    const least = await drive(targets.floor, secondsPerRound)
    const ours = await drive(targets.chancery, secondsPerRound)
    ratios.push(ours.ownUs / least.ownUs)
    process.stdout.write(`${shown('floor', least)}\n${shown('chancery', ours)}\n`)
  }
  const ratio = median(ratios)
  process.stdout.write(`client_credentials with its durable fact: ${ratio.toFixed(2)} floors of processor time (bar ${bar.toFixed(1)})\n`)
  process.exitCode = ratio <= bar ? 0 : 1
} finally {
  floor.child.kill('SIGTERM')
  await service.stop()
}
