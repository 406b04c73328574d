// The least that any token endpoint must do: parse a form, check a secret by one HMAC, sign one ES256 JWT. What ours costs beyond it is
// what routing, policy, the gate and the durable record cost.
import { createHmac, createSecretKey, generateKeyPairSync, randomBytes, randomUUID, sign, timingSafeEqual } from 'node:crypto'
import Fastify from 'fastify'

const pepper = createSecretKey(randomBytes(32))
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const expected = createHmac('sha256', pepper).update('secret').digest()
const header = Buffer.from(JSON.stringify({ alg: 'ES256', typ: 'at+jwt', kid: 'floor' })).toString('base64url')

const server = Fastify()
server.removeAllContentTypeParsers()
server.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) =>
  done(null, new URLSearchParams(body.toString())),
)

server.post('/token', (request, reply) => {
  const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams()
  const mac = createHmac('sha256', pepper)
    .update(form.get('client_secret') ?? '')
    .digest()
  if (!timingSafeEqual(mac, expected)) return reply.code(401).send({ error: 'invalid_client' })
  const now = Math.floor(Date.now() / 1000)
  const claims = {
    iss: 'floor',
    sub: form.get('client_id'),
    aud: 'floor',
    exp: now + 3600,
    iat: now,
    jti: randomUUID(),
    scope: form.get('scope'),
  }
  const input = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
  const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')
  return reply.header('cache-control', 'no-store').send({ access_token: `${input}.${signature}`, token_type: 'Bearer', expires_in: 3600 })
})

await server.listen({ host: '127.0.0.1', port: 0 })
process.stdout.write(`${JSON.stringify(server.server.address())}\n`)
