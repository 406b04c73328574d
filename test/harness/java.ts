import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cache, cached } from './client-cache.ts'
import { type Program, startClient } from './client-process.ts'

const clients = fileURLToPath(new URL('../clients/java', import.meta.url))

/** The class path of one module of test/clients/java, resolved by Maven once for each content of its pom. */
export const classPath = async (module: string): Promise<string> => {
  const pom = join(clients, module, 'pom.xml')
  const directory = await cached(`java-${module}`, [pom, join(clients, 'pom.xml')], async (empty) => {
    const repository = `-Dmaven.repo.local=${join(cache, 'maven')}`
    const output = `-Dmdep.outputFile=${join(empty, 'class-path')}`
    const parameters = ['--quiet', '--batch-mode', '--file', pom, repository, output, 'dependency:build-classpath']
    await startClient({ command: 'mvn', parameters }).end()
  })
  return (await readFile(join(directory, 'class-path'), 'utf8')).trim()
}

/** One class of a module, run from its source. A client is short: what the second compiler would gain it costs on a small machine. */
export const javaProgram = async (module: string, name: string, input: Readonly<Record<string, string>>): Promise<Program> => ({
  command: 'java',
  parameters: ['-XX:TieredStopAtLevel=1', '-cp', await classPath(module), join(clients, module, `${name}.java`)],
  env: input,
})
