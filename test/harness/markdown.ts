/** A fenced block: its language, the word after it, if any, and what stands between the fences. */
export interface Snippet {
  readonly language: string
  readonly kind: string | undefined
  readonly code: string
}

const fenced = /^```(\w*)[ ]?(\w+)?\n(.*?)^```$/gms

/** The fenced blocks of a page, in order. */
export const snippetsOf = (page: string): readonly Snippet[] =>
  Array.from(page.matchAll(fenced), ([, language = '', kind, code = '']) => ({ language, kind, code }))

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

/** Output as a page shows it: `…` stands for anything, a UUID for any UUID, all the rest for itself. */
export const outputPattern = (shown: string): RegExp => {
  const literal = shown.trim().replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
  return new RegExp(`^${literal.replace(uuid, uuid.source).replaceAll('…', '[^]*?')}$`)
}

/** Where the links of a page lead that stay in the repository, without their fragments. */
export const localLinksOf = (page: string): readonly string[] =>
  Array.from(page.replaceAll(fenced, '').matchAll(/\]\(([^)\s]+)\)/g), ([, target = '']) => target.split('#', 1)[0] ?? '').filter(
    (target) => target !== '' && !/^[a-z]+:/.test(target),
  )
