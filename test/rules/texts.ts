import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { emptyWordIn } from './empty-words.ts'

/** A file, by its path from the root, and what is wrong with its name or its text. */
export interface TextViolation {
  readonly file: string
  readonly reason: string
}

const isOurs = (name: string): boolean =>
  !/^(node_modules|coverage|LICENSE|package-lock\.json|\.git|\.cache|\.turbo|\.chancery.*)$/.test(name)

/** What no text may say, whichever language it is written in. This folder quotes what it forbids and is left out. */
const forbidden: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  {
    pattern: /\b(oxlint|eslint)-disable|\bbiome-ignore|@ts-(ignore|expect-error|nocheck)/,
    reason: 'an exception stands in .oxlintrc.json, never in the code',
  },
  { pattern: /\b(TODO|FIXME)\b/, reason: 'what is left over is an issue, not a comment' },
  { pattern: /(^|[\s`'"(/.])shared\//m, reason: 'names a folder that this repository does not have' },
]

const filesUnder = (root: string, folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => isOurs(entry.name))
    .flatMap((entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) return filesUnder(root, path)
      return entry.isFile() ? [path] : []
    })

const reasonsFor = (root: string, file: string): readonly string[] => {
  const word = emptyWordIn(file)
  const name = word === undefined ? [] : [`"${word}" says nothing about what is inside`]
  if (file.startsWith('test/rules/')) return name
  const text = readFileSync(join(root, file), 'utf8')
  return [...name, ...forbidden.filter(({ pattern }) => pattern.test(text)).map(({ reason }) => reason)]
}

/** Reads every file of the repository, not only those a linter understands. */
export const textViolations = (root: string): readonly TextViolation[] =>
  filesUnder(root, '').flatMap((file) => reasonsFor(root, file).map((reason) => ({ file, reason })))
