import { copyFile, cp } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cache, cached } from './client-cache.ts'
import { type Program, startClient } from './client-process.ts'

const clients = fileURLToPath(new URL('../clients/rust', import.meta.url))

/** The program of test/clients/rust, built once for each content of its files: minutes of compiling, kept with the lock file it was built by. */
export const rustProgram = async (input: Readonly<Record<string, string>>): Promise<Program> => {
  const sources = ['Cargo.toml', 'src/main.rs'].map((name) => join(clients, name))
  const directory = await cached('rust', sources, async (empty) => {
    await cp(clients, empty, { recursive: true })
    const target = join(cache, 'rust-target')
    const env = { CARGO_HOME: join(cache, 'cargo'), CARGO_TARGET_DIR: target }
    await startClient({ command: 'cargo', parameters: ['build', '--quiet'], env, cwd: empty }).end()
    await copyFile(join(target, 'debug/list-namespaces'), join(empty, 'client'))
  })
  return { command: join(directory, 'client'), parameters: [], env: input }
}
