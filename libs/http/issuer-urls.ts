/** How a tenant is named in URLs. */
export interface NamedTenant {
  readonly name: string
  readonly hosts: readonly string[]
}

/** Every URL we write starts from the configured public URL, never from a request's headers. */
export interface IssuerUrls {
  /** The public URL without a trailing slash. */
  readonly base: string
  /** `iss` of a tenant: the origin of its first own host, or `{base}/t/{tenant}`. */
  issuerOf(tenant: NamedTenant): string
  /** The origin of a registered host, by the public URL's scheme, and its port where the host names none. */
  originOf(host: string): string
  /** Whether a Host header names this server itself rather than a tenant: the public URL's host, a loopback name or a literal address. */
  isOwnHost(host: string): boolean
}

const literalAddress = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-fA-F:.]+\])$/

/** A Host header's name without its port; a literal IPv6 address keeps its brackets. */
export const withoutPort = (host: string): string => host.replace(/:\d+$/, '')

/** `publicUrl` is an absolute http or https URL; throws a TypeError otherwise. */
export const issuerUrls = (publicUrl: string): IssuerUrls => {
  const url = new URL(publicUrl)
  const base = `${url.origin}${url.pathname}`.replace(/\/+$/, '')
  const originOf = (host: string): string =>
    /:\d+$/.test(host) || url.port === '' ? `${url.protocol}//${host}` : `${url.protocol}//${host}:${url.port}`
  return {
    base,
    originOf,
    issuerOf: ({ name, hosts }) => (hosts[0] === undefined ? `${base}/t/${name}` : originOf(hosts[0])),
    isOwnHost: (host) => {
      const name = withoutPort(host)
      return host === url.host || name === url.hostname || name === 'localhost' || literalAddress.test(name)
    },
  }
}
