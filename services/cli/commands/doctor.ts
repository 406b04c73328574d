import { type Check, type Finding, finding, type Visit } from '../doctor/finding.ts'
import { machineChecks } from '../doctor/machine-checks.ts'
import { health, serverChecks } from '../doctor/server-checks.ts'
import { tokenChecks } from '../doctor/token-checks.ts'
import { printable } from '../output.ts'
import type { Verb } from '../verb.ts'

const inTurn = async (checks: readonly Check[], visit: Visit): Promise<readonly Finding[]> => {
  const findings: Finding[] = []
  for (const check of checks) findings.push(await finding(check, visit))
  return findings
}

/** Without a server there is one thing to say about it, not eight. */
const examine = async (visit: Visit): Promise<readonly Finding[]> => {
  const findings = await inTurn([...machineChecks, health], visit)
  return findings.at(-1)?.status === 'ok' ? [...findings, ...(await inTurn([...serverChecks, ...tokenChecks], visit))] : findings
}

const nameWidth = 12

const lineOf = ({ check, status, detail, remedy }: Finding): string => {
  const line = printable(`${status.padEnd(4)}  ${check.padEnd(nameWidth)}  ${detail}`)
  return remedy === undefined ? line : `${line}\n${' '.repeat(nameWidth + 8)}→ ${printable(remedy)}`
}

export const doctor: Verb = {
  name: 'doctor',
  about: 'Looks at the server from outside and says what is wrong and what to do; exit code 1 when something is.',
  flags: [
    { flags: '--client-id <id>', about: 'the client to get a token as (default: that of quickstart.json)' },
    { flags: '--client-secret-file <file>', about: 'its secret, - for stdin (default: CHANCERY_CLIENT_SECRET)' },
  ],
  async run(call) {
    const findings = (await examine({ call })).map((found) => ({
      ...found,
      detail: call.secrets.hide(found.detail),
    }))
    const exitCode = findings.some(({ status }) => status === 'fail') ? 1 : 0
    return { json: findings, text: findings.map(lineOf).join('\n'), exitCode }
  },
}
