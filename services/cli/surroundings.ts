/** All that the program takes from the process around it, so that a test can be the process. */
export interface Surroundings {
  readonly fetch: typeof fetch
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY?: boolean }
  readonly stdout: Sink
  readonly stderr: Sink
  /** Rejects as `node:fs/promises` does. */
  readonly readFile: (path: string) => Promise<string>
  /** The permission bits of a file. Rejects as `readFile`. */
  readonly fileMode: (path: string) => Promise<number>
  /** Wall time in milliseconds. */
  readonly now: () => number
  readonly wait: (milliseconds: number) => Promise<void>
  readonly cwd: string
  readonly repositoryRoot: string
  /** As `process.versions.node`. */
  readonly nodeVersion: string
}

export interface Sink {
  write(text: string): unknown
}
