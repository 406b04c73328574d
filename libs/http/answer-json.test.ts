import { afterAll, describe, expect, it } from 'vitest'
import { answerJson } from './answer-json.ts'
import { problem } from './problem.ts'
import { createServer } from './server.ts'

const server = createServer({ trustedProxies: [], onBug: () => undefined })
server.get('/plain', (_request, reply) => answerJson(reply, { status: 200, body: { name: 'ü' } }))
server.get('/kept', (_request, reply) => answerJson(reply, { status: 200, headers: { 'cache-control': 'public, max-age=60' }, body: [] }))
server.get('/down', (_request, reply) => answerJson(reply, { status: 503, body: {} }))
server.get('/problem', (_request, reply) => problem(reply, { status: 409, code: 'secret_limit', detail: 'Five secrets live.' }))
server.get('/bare', (_request, reply) => problem(reply, { status: 503, code: 'unavailable' }))
afterAll(() => server.close())

describe('an answer in JSON', () => {
  it('is not to be stored unless it says so', async () => {
    const answer = await server.inject('/plain')
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
    expect(answer.headers['retry-after']).toBeUndefined()
    expect(answer.body).toBe('{"name":"ü"}')
    expect((await server.inject('/kept')).headers['cache-control']).toBe('public, max-age=60')
  })

  it('says when to come back if a dependency is down', async () => {
    const answer = await server.inject('/down')
    expect(answer.statusCode).toBe(503)
    expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/)
    expect((await server.inject('/bare')).headers['retry-after']).toMatch(/^[1-9]\d*$/)
  })
})

describe('a problem', () => {
  it('is told by RFC 9457, with a code that stays', async () => {
    const answer = await server.inject('/problem')
    expect(answer.statusCode).toBe(409)
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store' })
    expect(answer.json()).toEqual({
      type: 'urn:chancery:problem:secret_limit',
      title: 'secret limit',
      status: 409,
      code: 'secret_limit',
      detail: 'Five secrets live.',
    })
  })

  it('has no member without a value', async () => {
    expect(Object.keys((await server.inject('/bare')).json())).toEqual(['type', 'title', 'status', 'code'])
  })
})
