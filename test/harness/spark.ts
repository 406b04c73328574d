import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cached } from './client-cache.ts'
import { type Program, startClient } from './client-process.ts'
import { classPath } from './java.ts'

const requirements = fileURLToPath(new URL('../clients/spark/requirements.txt', import.meta.url))

/** PySpark's package is the smallest whole Spark: its scripts and all jars, `spark-sql` with them. */
const distribution = (): Promise<string> =>
  cached('spark', [requirements], async (directory) => {
    await startClient({ command: 'python3', parameters: ['-m', 'venv', directory] }).end()
    const parameters = ['install', '--quiet', '--disable-pip-version-check', '-r', requirements]
    await startClient({ command: join(directory, 'bin/pip'), parameters }).end()
  })

export interface SparkSql {
  /** A command line that begins with `spark-sql`, as somebody would paste it into a shell. */
  readonly commandLine: string
  readonly statement: string
  /** Where Spark leaves its metastore and logs. */
  readonly cwd: string
}

/** The command line with Iceberg's runtime and one statement added, run by a shell that knows `spark-sql`. */
export const sparkSql = async ({ commandLine, statement, cwd }: SparkSql): Promise<Program> => {
  const additions = `--master 'local[1]' --conf spark.ui.enabled=false --jars '${await classPath('spark')}' -e '${statement}'`
  const env = { PATH: `${join(await distribution(), 'bin')}:${process.env.PATH}`, SPARK_LOCAL_IP: '127.0.0.1' }
  return { command: 'sh', parameters: ['-c', `${commandLine} ${additions}`], env, cwd }
}
