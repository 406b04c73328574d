import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// Names every platform's binaries in package-lock.json; `npm run lock` calls it after npm.
//
// npm leaves an optional dependency out of the lock when the registry at hand does not have it (a mirror often holds only the
// platforms it serves), and `npm ci` then refuses that lock everywhere. No version is guessed: whoever wants such a package wants
// it by its exact version. Its digest stays out until npm writes the lock against a registry that has the package.

/** The members of an entry of package-lock.json that matter here. */
export interface LockEntry {
  readonly version?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly dev?: boolean
  readonly optional?: boolean
  readonly os?: readonly string[]
  readonly cpu?: readonly string[]
  readonly libc?: readonly string[]
}

type Packages = Readonly<Record<string, LockEntry>>

const systems = new Map(['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'].map((name) => [name, name])).set(
  'windows',
  'win32',
)
const processors = new Map(['arm', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'].map((name) => [name, name])).set(
  '64',
  'x64',
)
const libraries = new Map([
  ['gnu', 'glibc'],
  ['gnueabihf', 'glibc'],
  ['musl', 'musl'],
  ['musleabihf', 'musl'],
])

/** `@oxlint/binding-linux-x64-musl` says for which machines it is, as all of these packages do. */
const machineOf = (name: string): Required<Pick<LockEntry, 'cpu' | 'libc' | 'os'>> => {
  const words = (name.split('/').at(-1) ?? '').split('-')
  const among = (table: ReadonlyMap<string, string>): readonly string[] => words.flatMap((word) => table.get(word) ?? [])
  return { cpu: among(processors), libc: among(libraries), os: among(systems) }
}

/** In npm's order (the version, then by name): written otherwise, npm's next run would move every line. */
const entryOf = (name: string, version: string, dev: boolean | undefined): LockEntry => {
  const { cpu, libc, os } = machineOf(name)
  return {
    version,
    ...(cpu.length > 0 && { cpu }),
    ...(dev !== undefined && { dev }),
    ...(libc.length > 0 && { libc }),
    optional: true,
    ...(os.length > 0 && { os }),
  }
}

/** npm puts a package inside the one that wants it or in the node_modules at the root. */
const isNamed = (packages: Packages, path: string, name: string): boolean =>
  packages[`${path}/node_modules/${name}`] !== undefined || packages[`node_modules/${name}`] !== undefined

/** The optional dependencies that a lock does not name, as entries for it. */
export const missingEntries = (packages: Packages): Packages => {
  const entries = Object.entries(packages).flatMap(([path, { optionalDependencies = {}, dev }]) =>
    Object.entries(optionalDependencies)
      .filter(([name, version]) => /^\d/.test(version) && !isNamed(packages, path, name))
      .map(([name, version]) => [`node_modules/${name}`, entryOf(name, version, dev)] as const),
  )
  return Object.fromEntries(entries)
}

export const lockFile = fileURLToPath(new URL('../../package-lock.json', import.meta.url))

const complete = (): void => {
  const lock: { readonly packages: Packages } = JSON.parse(readFileSync(lockFile, 'utf8'))
  // npm's own order, so that its next run changes nothing.
  const packages = Object.entries({ ...lock.packages, ...missingEntries(lock.packages) }).sort(([left], [right]) =>
    left.localeCompare(right, 'en'),
  )
  writeFileSync(lockFile, `${JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }, null, 2)}\n`)
}

if (import.meta.main) complete()
