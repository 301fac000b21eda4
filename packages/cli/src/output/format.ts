import type { Finding, Listed, RevocationNote } from '@tokenward/core'
import type { Style } from './style.ts'

type Decided = Pick<Listed, 'active' | 'reason' | 'decidedBy'>

/**
 * Control characters (C0, DEL, C1) and format characters, including those that change the direction
 * of text: a note must not move the cursor, or look like something else.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu

export function printable(text: string): string {
  return text.replace(
    UNPRINTABLE,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}}`,
  )
}

/** JSON that is safe to show on a terminal: control characters are escaped, the value is the same. */
export function jsonText(value: unknown, indent?: number): string {
  // A line feed can only be layout here: JSON escapes those inside strings.
  return JSON.stringify(value, null, indent).replace(UNPRINTABLE, (character) =>
    character === '\n' ? character : jsonEscape(character),
  )
}

function jsonEscape(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}

/** Columns of equal width, two spaces apart, without trailing spaces. */
export function table(cells: readonly (readonly string[])[]): readonly string[] {
  const rows = cells.map((row) => row.map(printable))
  const widths: number[] = []
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length)
  }
  return rows.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** ISO 8601, from ms since 1970. */
export function formatInstant(ms: number): string {
  const date = new Date(ms)
  return Number.isNaN(date.getTime()) ? String(ms) : date.toISOString()
}

/** ISO 8601 without seconds, for a table that people read. */
export function formatMinute(ms: number): string {
  return formatInstant(ms).replace(/:\d\d\.\d{3}Z$/, 'Z')
}

/** `active`, or why not: `revoked (session)` */
export function formatStatus({ active, reason, decidedBy }: Decided): string {
  return active ? 'active' : joinNonEmpty(reason, decidedBy && `(${decidedBy})`)
}

/** `"lost phone" by support` */
export function formatNote({ reason, actor }: RevocationNote = {}): string {
  return joinNonEmpty(
    reason !== undefined && `"${printable(reason)}"`,
    actor !== undefined && `by ${printable(actor)}`,
  )
}

/** What is wrong and how to fix it, two lines per finding. */
export function findingLines(findings: readonly Finding[], style: Style): readonly string[] {
  return findings.flatMap(({ code, message, fix }) => [
    `${style.bad('✗')} ${style.bold(printable(code))}: ${printable(message)}`,
    `  fix: ${printable(fix)}`,
  ])
}

export function joinNonEmpty(...parts: readonly (string | undefined | false)[]): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join(' ')
}
