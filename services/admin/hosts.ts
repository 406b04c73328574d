import { isIPv4, isIPv6 } from 'node:net'
import { done, type Outcome, refused } from './outcome.ts'

const hostAndPort = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::([1-9][0-9]{0,4}))?$/
const largestPort = 65_535

// RFC 1123 §2.1, and the underscore that container networks put into names.
const label = /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/
const longestName = 253

const isName = (name: string): boolean => name.length <= longestName && name.split('.').every((piece) => label.test(piece))

const isHost = (text: string): boolean => {
  const [, host = '', port] = hostAndPort.exec(text) ?? []
  if (Number(port ?? 0) > largestPort) return false
  return host.startsWith('[') ? isIPv6(host.slice(1, -1)) : isIPv4(host) || isName(host)
}

/** Hosts as requests name them: lower-case, each once, `host` or `host:port`. */
export const normalHosts = (hosts: readonly string[]): Outcome<string[]> => {
  const normal = hosts.map((host) => host.toLowerCase())
  const wrong = normal.find((host) => !isHost(host))
  if (wrong !== undefined) return refused('host_invalid', `${JSON.stringify(wrong)} is not a host, nor a host and a port.`)
  return done([...new Set(normal)])
}
