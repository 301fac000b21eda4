import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { createFile } from '../output/new-file.ts'

export function appendLines(path: string, lines: readonly string[]): void {
  if (lines.length > 0) appendFileSync(path, lines.map((line) => `${line}\n`).join(''))
}

/**
 * The refresh tokens of the sessions that were imported, with the ids that they had before. A session that is
 * in the file already is not started again: so an import can be repeated.
 */
export class TokensFile {
  readonly #path: string
  readonly #known: Set<string>

  constructor(path: string) {
    this.#path = path
    if (!existsSync(path)) createFile({ option: 'tokens', path })
    const lines = readFileSync(path, 'utf8').split('\n')
    this.#known = new Set(lines.flatMap((line) => idIn(line)))
  }

  has(from: string): boolean {
    return this.#known.has(from)
  }

  /** Written at once, because a refresh token that is lost cannot be had again. */
  add(from: string, session: string, refreshToken: string): void {
    this.#known.add(from)
    appendLines(this.#path, [JSON.stringify({ from, session, refreshToken })])
  }
}

/** The last line may be cut off, where the machine stopped. */
function idIn(line: string): string[] {
  try {
    const { from } = JSON.parse(line) as { readonly from?: unknown }
    return typeof from === 'string' ? [from] : []
  } catch {
    return []
  }
}
