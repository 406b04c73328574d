import { relative, sep } from 'node:path'
import type { RuleTester } from 'oxlint/plugins-dev'
import { arrowViolation } from './arrows.ts'
import { emptyWordIn } from './empty-words.ts'

type Rule = Parameters<RuleTester['run']>[1]
type Context = Parameters<NonNullable<Extract<Rule, { readonly create: unknown }>['create']>>[0]
type Span = Parameters<Context['sourceCode']['getAncestors']>[0]

const pathOf = (context: Context): string => relative(context.cwd, context.filename).split(sep).join('/')

/** The words an expression ends in: `state.secretMac` and `secret_mac` → secret, mac. */
const lastNameOf = (text: string): readonly string[] =>
  (/([A-Za-z_$][\w$]*)['"\]]*$/.exec(text)?.[1] ?? '')
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split('_')

const secretWords = new Set(['mac', 'hmac', 'secret', 'password', 'pepper', 'verifier'])
const isLiteral = (text: string): boolean => /^(undefined|null|''|""|typeof .*|'[a-z_-]+')$/.test(text)

const arrows: Rule = {
  create(context) {
    const check = (node: Span, specifier: unknown): void => {
      if (typeof specifier !== 'string') return
      const violation = arrowViolation(pathOf(context), specifier)
      if (violation !== undefined) context.report({ node, message: violation })
    }
    return {
      ImportDeclaration: (node) => check(node, node.source.value),
      ExportNamedDeclaration: (node) => check(node, node.source?.value),
      ExportAllDeclaration: (node) => check(node, node.source.value),
      ImportExpression: (node) => check(node, node.source.type === 'Literal' ? node.source.value : undefined),
      TSImportType: (node) => check(node, node.source.value),
    }
  },
}

/** `===` answers sooner the earlier two values differ; kernel code compares secrets with `timingSafeEqual` behind a named function. */
const constantTime: Rule = {
  create(context) {
    return {
      BinaryExpression(node) {
        if (!['===', '!==', '==', '!='].includes(node.operator)) return
        const sides = [context.sourceCode.getText(node.left), context.sourceCode.getText(node.right)]
        if (sides.some(isLiteral) || !sides.some((side) => secretWords.has(lastNameOf(side).at(-1) ?? ''))) return
        context.report({ node, message: 'a secret is compared in constant time, never by an operator' })
      },
    }
  },
}

const names: Rule = {
  create(context) {
    const checkPrefix = (node: Span, name: string): void => {
      if (/^I[A-Z][a-z]/.test(name)) context.report({ node, message: `${name}: a type is named after what it is, without a prefix` })
    }
    return {
      Program(node) {
        const word = emptyWordIn(pathOf(context))
        if (word !== undefined) context.report({ node, message: `"${word}" says nothing about what is inside` })
      },
      TSInterfaceDeclaration: (node) => checkPrefix(node, node.id.name),
      TSTypeAliasDeclaration: (node) => checkPrefix(node, node.id.name),
    }
  },
}

/** A timer that resolves the promise around it is a sleep; one that rejects it is a deadline and may stay. */
const noSleep: Rule = {
  create(context) {
    const textOf = (node: Span): string => context.sourceCode.getText(node)
    const report = (node: Span): void =>
      context.report({ node, message: 'a test awaits a condition (expect.poll, vi.waitFor), it does not sleep' })
    const resolvesAround = (node: Span): boolean => {
      const promise = context.sourceCode.getAncestors(node).findLast((outer) => textOf(outer).startsWith('new Promise'))
      const resolve = promise && /^new Promise[^(]*\(\s*(?:async )?\(?\s*(\w+)/.exec(textOf(promise))?.[1]
      return resolve !== undefined && new RegExp(`\\b${resolve}\\b`).test(textOf(node))
    }
    return {
      CallExpression(node) {
        const callee = textOf(node.callee)
        if (/^(.*\.)?(sleep|delay)$|^scheduler\.wait$/.test(callee)) report(node)
        if (/^(globalThis\.)?setTimeout$/.test(callee) && resolvesAround(node)) report(node)
      },
      ImportDeclaration(node) {
        if (node.source.value === 'node:timers/promises') report(node)
      },
    }
  },
}

/** The rules of this house that no linter ships. They run inside oxlint, so an editor shows them like any other. */
export default { meta: { name: 'house' }, rules: { arrows, 'constant-time': constantTime, names, 'no-sleep': noSleep } }
