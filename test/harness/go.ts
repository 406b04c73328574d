import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cache, cached } from './client-cache.ts'
import { type Program, startClient } from './client-process.ts'

const clients = fileURLToPath(new URL('../clients/go', import.meta.url))

/** One module of test/clients/go, built once for each content of its files. Building Iceberg's takes minutes. */
export const goProgram = async (module: string, input: Readonly<Record<string, string>>): Promise<Program> => {
  const cwd = join(clients, module)
  const sources = ['go.mod', 'go.sum', 'main.go'].map((name) => join(cwd, name))
  const directory = await cached(`go-${module}`, sources, async (empty) => {
    // Without -modcacherw nobody could delete the cache.
    const env = { GOMODCACHE: join(cache, 'go/mod'), GOCACHE: join(cache, 'go/build'), GOFLAGS: '-modcacherw -buildvcs=false' }
    await startClient({ command: 'go', parameters: ['build', '-o', join(empty, 'client'), '.'], env, cwd }).end()
  })
  return { command: join(directory, 'client'), parameters: [], env: input }
}
