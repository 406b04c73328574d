import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../', import.meta.url))

/** A tool's answer. Linters exit with 1 when they find something, so the code is part of the answer. */
export interface Answer {
  readonly code: number
  readonly output: string
}

/** A temporary house with our own configuration in which violations are planted. */
export interface PlantBed {
  readonly root: string
  readonly plant: (file: string, source: string) => void
  /** Makes `@chancery/<name>` mean a planted workspace instead of ours. */
  readonly link: (name: string, folder: string) => void
  /** Runs a tool by the path of its script under node_modules. */
  readonly run: (script: string, args: readonly string[]) => Promise<Answer>
  readonly remove: () => void
}

export const runTool = (cwd: string, script: string, args: readonly string[]): Promise<Answer> =>
  new Promise((resolve) => {
    const command = [join(root, 'node_modules', script), ...args]
    execFile(process.execPath, command, { cwd, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr })
    })
  })

/** Links what a folder holds, not the folder: the bed replaces single entries, and linters do not descend. */
const linkEach = (folder: string, bed: string): void => {
  mkdirSync(join(bed, folder))
  for (const name of readdirSync(join(root, folder))) {
    if (name === '@chancery') linkEach(join(folder, name), bed)
    else symlinkSync(join(root, folder, name), join(bed, folder, name))
  }
}

export const plantBed = (): PlantBed => {
  const bed = mkdtempSync(join(tmpdir(), 'chancery-rules-'))
  for (const file of ['.oxlintrc.json', 'biome.json', 'knip.json', 'tsconfig.json', 'package.json', 'test/rules']) {
    cpSync(join(root, file), join(bed, file), { recursive: true })
  }
  linkEach('node_modules', bed)
  return {
    root: bed,
    plant: (file, source) => {
      mkdirSync(dirname(join(bed, file)), { recursive: true })
      writeFileSync(join(bed, file), `${source}\n`)
    },
    link: (name, folder) => {
      const path = join(bed, 'node_modules/@chancery', name)
      rmSync(path)
      symlinkSync(join(bed, folder), path)
    },
    run: (script, args) => runTool(bed, script, args),
    remove: () => rmSync(bed, { recursive: true, force: true }),
  }
}
