/**
 * Which call of Node is the fastest for what the token path does: `node test/load/primitives.ts`. Figures are CPU time per call (user and
 * system, all threads), median of five rounds in which the candidates take turns. Ends with 1 when a call in use costs more than 1.5 times
 * the fastest.
 */
import { createHmac, createPublicKey, createSecretKey, createSign, createVerify, hash, type KeyObject, sign, verify } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  type AlgorithmName,
  algorithms,
  generateSigningKey,
  macOf,
  mintSecret,
  type ProvenKey,
  pepperRing,
  provenKey,
  referenceSign,
  TokenSigner,
} from '@chancery/tokens'

interface Candidate {
  readonly name: string
  readonly isInUse?: boolean
  readonly call: () => unknown
}

interface Contest {
  readonly operation: string
  readonly callsPerRound: number
  readonly candidates: readonly Candidate[]
}

interface Measured {
  readonly candidate: Candidate
  readonly cpuNs: number
  readonly wallNs: number
}

const rounds = 5
const allowedRatio = 1.5

const claims = {
  iss: 'https://chancery.example/t/acme',
  sub: '0b7cc1a5-7a4e-4b3f-9f57-2f8f5c3f9a10',
  aud: 'https://catalog.example',
  exp: 1_800_003_600,
  iat: 1_800_000_000,
  jti: 'b2c63d5e-5d0c-4c8e-9a8e-6d0f4f7f3c11',
  client_id: '7e9a6b3e-0f0b-4bb4-8f77-0a3c5d1e2f33',
  scope: 'catalog',
  on: ['tenant:0b7cc1a5', 'principal:0b7cc1a5@7', 'credential:7e9a6b3e', 'policy:0b7cc1a5@7', 'lineage:b2c63d5e', 'key:b2c63d5e'],
}
const header = { typ: 'at+jwt' }
const signer = new TokenSigner()

const newKey = async (alg: AlgorithmName): Promise<ProvenKey> => {
  const key = await generateSigningKey(alg)
  return provenKey(key, key.pkcs8)
}

const es256 = await newKey('ES256')
const rs256 = await newKey('RS256')
const edDsa = await newKey('EdDSA')

const signingInput = (key: ProvenKey): Buffer => {
  const token = signer.mint({ key, ...header, claims })
  return Buffer.from(token.slice(0, token.lastIndexOf('.')))
}

// A DER signature is SEQUENCE { INTEGER r, INTEGER s }: integers lose leading zeros and gain one when their first bit is set.
const copyInteger = (der: Buffer, at: number, target: Buffer): number => {
  const length = der.readUInt8(at + 1)
  const skipped = Math.max(0, length - 32)
  const end = at + 2 + length
  if (der[at] !== 2 || skipped > 1 || (skipped === 1 && der[at + 2] !== 0)) throw new Error('not an integer of at most 32 bytes')
  der.copy(target, target.length - (length - skipped), at + 2 + skipped, end)
  return end
}

const fromDer = (der: Buffer): Buffer => {
  const signature = Buffer.alloc(64)
  const middle = copyInteger(der, 2, signature.subarray(0, 32))
  if (copyInteger(der, middle, signature.subarray(32)) !== der.length) throw new Error('bytes after the signature')
  return signature
}

/** WebCrypto takes a key of its own; made once, as a server would. */
const webKey = (key: KeyObject, algorithm: Parameters<typeof crypto.subtle.importKey>[2]): Promise<CryptoKey> => {
  const pkcs8 = key.export({ format: 'der', type: 'pkcs8' })
  return crypto.subtle.importKey('pkcs8', Uint8Array.from(pkcs8), algorithm, false, ['sign'])
}

const signES256 = async (): Promise<Contest> => {
  const data = Uint8Array.from(signingInput(es256))
  const key = es256.privateKey
  const cached = { key, dsaEncoding: 'ieee-p1363' } as const
  const web = await webKey(key, { name: 'ECDSA', namedCurve: 'P-256' })
  return {
    operation: 'sign ES256',
    callsPerRound: 2000,
    candidates: [
      { name: 'algorithms.ES256.sign', isInUse: true, call: () => algorithms.ES256.sign(data, key) },
      { name: 'crypto.sign, DER (no JWS)', call: () => sign('sha256', data, key) },
      { name: 'crypto.sign, DER, converted', call: () => fromDer(sign('sha256', data, key)) },
      { name: 'crypto.sign, ieee-p1363', call: () => sign('sha256', data, cached) },
      { name: 'createSign, ieee-p1363', call: () => createSign('sha256').update(data).sign(cached) },
      { name: 'WebCrypto', call: () => crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, web, data) },
    ],
  }
}

const signRS256 = async (): Promise<Contest> => {
  const data = Uint8Array.from(signingInput(rs256))
  const key = rs256.privateKey
  const web = await webKey(key, { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' })
  return {
    operation: 'sign RS256',
    callsPerRound: 200,
    candidates: [
      { name: 'algorithms.RS256.sign', isInUse: true, call: () => algorithms.RS256.sign(data, key) },
      { name: 'createSign', call: () => createSign('sha256').update(data).sign(key) },
      { name: 'WebCrypto', call: () => crypto.subtle.sign('RSASSA-PKCS1-v1_5', web, data) },
    ],
  }
}

const signEdDSA = async (): Promise<Contest> => {
  const data = Uint8Array.from(signingInput(edDsa))
  const key = edDsa.privateKey
  const web = await webKey(key, 'Ed25519')
  return {
    operation: 'sign EdDSA',
    callsPerRound: 1000,
    candidates: [
      { name: 'algorithms.EdDSA.sign', isInUse: true, call: () => algorithms.EdDSA.sign(data, key) },
      { name: 'WebCrypto', call: () => crypto.subtle.sign('Ed25519', web, data) },
    ],
  }
}

const mintToken = (): Contest => {
  const payload = Buffer.from(JSON.stringify(claims))
  const joseHeader = { alg: 'ES256', kid: es256.kid, ...header } as const
  return {
    operation: 'mint a token (ES256)',
    callsPerRound: 2000,
    candidates: [
      { name: 'TokenSigner.mint', isInUse: true, call: () => signer.mint({ key: es256, ...header, claims }) },
      { name: 'jose', call: () => referenceSign(payload, joseHeader, es256.privateKey) },
    ],
  }
}

const verifyES256 = (): Contest => {
  const data = signingInput(es256)
  const publicKey = createPublicKey(es256.privateKey)
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
  const signature = algorithms.ES256.sign(data, es256.privateKey)
  const der = sign('sha256', data, es256.privateKey)
  return {
    operation: 'verify ES256',
    callsPerRound: 1000,
    candidates: [
      { name: 'algorithms.ES256.verify', isInUse: true, call: () => algorithms.ES256.verify(data, signature, publicKey) },
      { name: 'crypto.verify, DER (no JWS)', call: () => verify('sha256', data, publicKey, der) },
      { name: 'createVerify, ieee-p1363', call: () => createVerify('sha256').update(data).verify(key, signature) },
    ],
  }
}

const verifyOthers = (): Contest[] =>
  ([rs256, edDsa] as const).map((key) => {
    const data = signingInput(key)
    const publicKey = createPublicKey(key.privateKey)
    const signature = algorithms[key.alg].sign(data, key.privateKey)
    const inUse = {
      name: `algorithms.${key.alg}.verify`,
      isInUse: true,
      call: () => algorithms[key.alg].verify(data, signature, publicKey),
    }
    return { operation: `verify ${key.alg}`, callsPerRound: 1000, candidates: [inUse] }
  })

/** RFC 2104 by two one-shot hashes over key pads made once: no object per call, but the pepper lies in the heap. */
const hmacByHash = (pepper: Uint8Array): ((text: string) => Buffer) => {
  const pad = (fill: number): Buffer => Buffer.from(Array.from({ length: 64 }, (_, at) => (pepper[at] ?? 0) ^ fill))
  const inner = pad(0x36)
  const outer = Buffer.concat([pad(0x5c), Buffer.alloc(32)])
  return (text) => {
    hash('sha256', Buffer.concat([inner, Buffer.from(text, 'latin1')]), 'buffer').copy(outer, 64)
    return hash('sha256', outer, 'buffer')
  }
}

const hmac = async (): Promise<Contest> => {
  const pepper = crypto.getRandomValues(new Uint8Array(32))
  const ring = pepperRing({ activeId: 'p1', keys: new Map([['p1', pepper]]) })
  const key = createSecretKey(pepper)
  const byHash = hmacByHash(pepper)
  const web = await crypto.subtle.importKey('raw', pepper, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const text = mintSecret('chs', crypto.randomUUID(), crypto.getRandomValues(new Uint8Array(32)))
  const bytes = new TextEncoder().encode(text)
  if (!byHash(text).equals(macOf(ring, 'p1', text))) throw new Error('the two HMACs disagree')
  return {
    operation: 'HMAC-SHA-256 of a secret',
    callsPerRound: 30_000,
    candidates: [
      { name: 'macOf', isInUse: true, call: () => macOf(ring, 'p1', text) },
      { name: 'createHmac, KeyObject', call: () => createHmac('sha256', key).update(text).digest() },
      { name: 'createHmac, Buffer', call: () => createHmac('sha256', pepper).update(text).digest() },
      { name: 'crypto.hash twice', call: () => byHash(text) },
      { name: 'WebCrypto', call: () => crypto.subtle.sign('HMAC', web, bytes) },
    ],
  }
}

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

const measure = async (candidate: Candidate, calls: number): Promise<Measured> => {
  // What the candidate before left behind is not this one's cost.
  collectGarbage()
  const wall = performance.now()
  const cpu = process.cpuUsage()
  for (let call = 0; call < calls; call++) {
    const result = candidate.call()
    if (result instanceof Promise) await result
  }
  const { user, system } = process.cpuUsage(cpu)
  return { candidate, cpuNs: ((user + system) * 1000) / calls, wallNs: ((performance.now() - wall) * 1e6) / calls }
}

const median = (figures: readonly number[]): number => figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? Number.NaN

/** One round to warm up, then five in which the candidates take turns, so that a busy moment of the machine hits them alike. */
const run = async ({ candidates, callsPerRound }: Contest): Promise<Measured[]> => {
  const measured: Measured[] = []
  for (let round = 0; round <= rounds; round++) {
    for (const candidate of candidates) {
      const figures = await measure(candidate, callsPerRound)
      if (round > 0) measured.push(figures)
    }
  }
  return candidates.map((candidate) => {
    const own = measured.filter((one) => one.candidate === candidate)
    return { candidate, cpuNs: median(own.map(({ cpuNs }) => cpuNs)), wallNs: median(own.map(({ wallNs }) => wallNs)) }
  })
}

/** Prints one contest; answers by how much the call in use is slower than the fastest. */
const report = (operation: string, results: readonly Measured[]): number => {
  const fastest = Math.min(...results.map(({ cpuNs }) => cpuNs))
  console.log(`\n${operation.padEnd(34)}${'CPU ns'.padStart(10)}${'wall ns'.padStart(10)}${'ratio'.padStart(8)}`)
  for (const { candidate, cpuNs, wallNs } of results) {
    const name = `${candidate.isInUse === true ? '*' : ' '} ${candidate.name}`
    const ratio = (cpuNs / fastest).toFixed(2)
    console.log(`${name.padEnd(34)}${cpuNs.toFixed(0).padStart(10)}${wallNs.toFixed(0).padStart(10)}${ratio.padStart(8)}`)
  }
  return (results.find(({ candidate }) => candidate.isInUse)?.cpuNs ?? Number.NaN) / fastest
}

console.log(`Node ${process.versions.node}, OpenSSL ${process.versions.openssl}, ${process.arch}; * is in use`)
for (const contest of [
  await signES256(),
  await signRS256(),
  await signEdDSA(),
  mintToken(),
  verifyES256(),
  ...verifyOthers(),
  await hmac(),
]) {
  const ratio = report(contest.operation, await run(contest))
  if (ratio <= allowedRatio) continue
  console.error(`${contest.operation}: the call in use costs ${ratio.toFixed(2)} times the fastest, more than ${allowedRatio}`)
  process.exitCode = 1
}
