import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface TcpProxy {
  readonly port: number
  /** From now on connections are refused, and those there are broken. */
  refuse(): Promise<void>
  /** From now on nothing passes, and nothing is said about it. */
  swallow(): void
  /** Passes everything again. */
  pass(): Promise<void>
  close(): Promise<void>
}

/** A line to a server of our own that can be cut. `target` is a port, or the path of a socket. */
export const startTcpProxy = async (
  target: { readonly host: string; readonly port: number } | { readonly path: string },
): Promise<TcpProxy> => {
  const sockets = new Set<Socket>()
  let isSwallowing = false
  const bind = (from: Socket, to: Socket): void => {
    sockets.add(from)
    from.on('data', (data) => isSwallowing || to.write(data))
    from.on('error', () => to.destroy())
    from.on('close', () => {
      sockets.delete(from)
      to.destroy()
    })
  }
  const server = createServer((client) => {
    const upstream = connect(target)
    bind(client, upstream)
    bind(upstream, client)
  })
  const listen = (port: number): Promise<void> => new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      cut()
    })
  await listen(0)
  const { port } = portOf(server.address())
  return {
    port,
    refuse: stop,
    swallow: () => {
      isSwallowing = true
    },
    pass: async () => {
      isSwallowing = false
      cut()
      if (!server.listening) await listen(port)
    },
    close: async () => {
      if (server.listening) await stop()
    },
  }
}

const portOf = (address: AddressInfo | string | null): { readonly port: number } => {
  if (address === null || typeof address === 'string') throw new Error('the proxy listens on a port')
  return address
}
