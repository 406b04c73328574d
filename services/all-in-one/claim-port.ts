import { createServer } from 'node:net'
import { StartFault } from './start-fault.ts'
import { systemErrorCode } from './system-error-code.ts'

const sentenceFor = (code: string | undefined, host: string, port: number): string => {
  if (code === 'EADDRINUSE') return `Port ${port} on ${host} is in use by another process; stop it or set CHANCERY_PORT.`
  if (code === 'EACCES') return `Port ${port} on ${host} may not be opened by this user; set CHANCERY_PORT to one above 1023.`
  return `${host} is not an address of this machine; set CHANCERY_HOST.`
}

/** Makes a failure to listen a sentence. */
export const listenFault = (error: unknown, host: string, port: number): StartFault =>
  new StartFault(sentenceFor(systemErrorCode(error), host, port), error)

/**
 * Finds out whether the port can be had before anything is started, and which one it is when any will do: issuers are named after it.
 * Rejects with a StartFault.
 */
export const claimPort = (host: string, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error) => reject(listenFault(error, host, port)))
    probe.listen({ host, port }, () => {
      const address = probe.address()
      const found = typeof address === 'object' && address !== null ? address.port : port
      probe.close(() => resolve(found))
    })
  })
