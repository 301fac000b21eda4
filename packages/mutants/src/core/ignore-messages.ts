import type { Ignorer } from '@stryker-mutator/api/ignore'

interface Path {
  readonly node: {
    readonly type: string
    readonly value?: unknown
    readonly quasis?: readonly { readonly value: { readonly raw: string } }[]
  }
}

/** Prose, of three words or more, is for people: tests compare codes, names and reasons. */
export const messages: Ignorer = {
  shouldIgnore(given) {
    const { type, value, quasis = [] } = (given as Path).node
    if (type !== 'StringLiteral' && type !== 'TemplateLiteral') return undefined
    const text =
      typeof value === 'string' ? value : quasis.map(({ value: { raw } }) => raw).join('…')
    return text.trim().split(' ').length > 2 ? 'a message' : undefined
  },
}
