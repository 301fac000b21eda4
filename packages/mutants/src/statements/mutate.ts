import { type Mutant, withKeys } from '../mutant.ts'
import { lua, type Rule, sql } from './rules.ts'

/** A mutant, and where it is in its file. */
export interface StatementMutant extends Mutant {
  readonly start: number
}

const rules: Readonly<Record<'sql' | 'lua', readonly Rule[]>> = { sql, lua }
const CONTEXT = 40

/**
 * Every mutant of the statements in a TypeScript file: of its templates, without what is interpolated.
 * @param content the file
 */
export function mutateStatements(
  file: string,
  content: string,
  language: 'sql' | 'lua',
): readonly StatementMutant[] {
  const found = new Map<string, Omit<StatementMutant, 'key'>>()
  const parts = templatesIn(content).filter(({ text }) => isStatement(text, language))
  for (const { start: from, text } of parts) {
    for (const { find, replacements } of rules[language]) {
      for (const match of text.matchAll(find)) {
        for (const replacement of replacements) {
          const start = from + match.index
          const changed = match[0].replace(new RegExp(find.source, find.flags), replacement)
          // A lookbehind sees nothing of the match alone.
          const text = changed === match[0] ? expanded(match, replacement) : changed
          const line = lineAt(content, start)
          const id = `${file}:${start}:${match[0].length}:${text}`
          found.set(id, {
            id,
            file,
            line,
            endLine: line,
            start,
            original: match[0],
            replacement: text,
          })
        }
      }
    }
  }
  const sorted = [...found.values()].sort((a, b) => a.start - b.start)
  const keyed = withKeys(sorted.map((mutant) => ({ ...mutant, original: around(content, mutant) })))
  return sorted.map((mutant, i) => ({ ...mutant, key: keyed[i]?.key ?? '' }))
}

export function apply({ start, original, replacement }: StatementMutant, content: string): string {
  return content.slice(0, start) + replacement + content.slice(start + original.length)
}

function expanded(match: RegExpExecArray, replacement: string): string {
  return replacement.replace(/\$([&\d])/g, (_, name: string) => {
    return (name === '&' ? match[0] : match[Number(name)]) ?? ''
  })
}

/** `<=` alone would be no key that lasts. */
function around(content: string, { start, original }: { start: number; original: string }): string {
  const before = content
    .slice(Math.max(0, start - CONTEXT), start)
    .split(/\n|`/)
    .at(-1)
  const after = content.slice(start + original.length, start + original.length + 20)
  return `${before?.trimStart()}⟨${original}⟩${after.split(/\n|`/)[0]}`
}

function lineAt(content: string, offset: number): number {
  return content.slice(0, offset).split('\n').length
}

function isStatement(text: string, language: 'sql' | 'lua'): boolean {
  if (language === 'lua') return /redis\.|\bARGV\b/.test(text)
  return /\b(?:SELECT|INSERT|UPDATE|DELETE|CREATE|CASE|AND|WHERE)\b/.test(text)
}

interface Template {
  readonly start: number
  readonly text: string
}

/**
 * The templates of a file, those inside of others apart. A template of this repository has no escaped
 * backquotes, and no braces in what it interpolates but those of templates.
 */
function templatesIn(content: string): readonly Template[] {
  const withoutComments = content.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, (comment) =>
    comment.replaceAll(/[^\n]/g, ' '),
  )
  const found: Template[] = []
  const open: { start: number; depth: number }[] = []
  let depth = 0
  for (let i = 0; i < content.length; i++) {
    const char = withoutComments[i]
    const top = open.at(-1)
    const isInText = top !== undefined && top.depth === depth
    if (char === '`' && isInText) {
      found.push({ start: top.start, text: content.slice(top.start, i) })
      open.pop()
    } else if (char === '`') open.push({ start: i + 1, depth })
    else if (char === '{' && (!isInText || content[i - 1] === '$')) depth++
    else if (char === '}' && !isInText) depth--
  }
  return found
}
