import { answerJson, type Routes } from '@chancery/http'

/** One thing that must hold before requests are served; resolves to what is missing, or to nothing. */
export interface ReadinessCheck {
  readonly name: string
  missing(): Promise<string | undefined>
}

/** `/healthz`: the process answers. `/readyz`: it can issue tokens now, or says what is missing. */
export const health =
  (checks: readonly ReadinessCheck[]): Routes =>
  (server) => {
    server.get('/healthz', (_request, reply) => answerJson(reply, { status: 200, body: { status: 'ok' } }))
    server.get('/readyz', async (_request, reply) => {
      const results = await Promise.all(checks.map(async ({ name, missing }) => ({ name, missing: await missing() })))
      const problems = results.filter((result) => result.missing !== undefined)
      return problems.length === 0
        ? answerJson(reply, { status: 200, body: { status: 'ready' } })
        : answerJson(reply, { status: 503, body: { status: 'not ready', missing: problems } })
    })
  }
