import type { Finding } from '@tokenward/core'
import type { Style } from './style.ts'
import { printable } from './text.ts'

/** What is wrong, and what to do about it: two lines each. */
export function findingLines(findings: readonly Finding[], style: Style): readonly string[] {
  return findings.flatMap(({ code, message, fix }) => [
    `${style.bad('✗')} ${style.bold(printable(code))}: ${printable(message)}`,
    `  fix: ${printable(fix)}`,
  ])
}
