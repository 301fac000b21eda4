import type { GENERAL, OptionTable, Values } from './arguments/spec.ts'
import type { ExitCode } from './exit-code.ts'
import type { Io } from './io.ts'
import type { Style } from './output/style.ts'

/** What a command found, once for machines and once for people. */
export interface CommandResult {
  readonly exitCode: ExitCode
  /** Printed to stdout with `--json`. */
  readonly json: unknown
  /** Printed to stdout otherwise. */
  readonly text: (style: Style) => readonly string[]
  /** Printed to stderr below the text: what is said about the data and is not part of it. */
  readonly notes?: readonly string[]
}

export interface Call<T extends OptionTable> {
  readonly values: Values<T & typeof GENERAL>
  readonly operands: readonly string[]
}

interface Description<T extends OptionTable> {
  readonly name: string
  /** What it does, in one line. */
  readonly summary: string
  /** The forms of a call, without `tokenward NAME`. */
  readonly usage: readonly string[]
  /** Calls that can be copied, without `tokenward NAME`. */
  readonly examples: readonly string[]
  readonly options: T
  readonly run: (call: Call<T>, io: Io) => Promise<CommandResult>
}

export type Command = Description<OptionTable>

/** Ties the type of `run` to the command's own option table. */
export function command<T extends OptionTable>(description: Description<T>): Command {
  return description as unknown as Command
}

const MAX_TYPOS = 2

/** The command that was probably meant: one that begins so, or is at most two typos away. */
export function nearestCommand(given: string, names: readonly string[]): string | null {
  const candidates = names
    .map((name) => ({ name, typos: isPrefix(given, name) ? 0 : typosBetween(given, name) }))
    .filter(({ typos }) => typos <= MAX_TYPOS)
  return candidates.sort((a, b) => a.typos - b.typos)[0]?.name ?? null
}

function isPrefix(given: string, name: string): boolean {
  return given !== '' && name.startsWith(given)
}

/** How many letters must be added, removed or replaced (Levenshtein's distance). */
function typosBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MAX_TYPOS) return MAX_TYPOS + 1
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (const [i, letter] of [...a].entries()) {
    const row = [i + 1]
    for (const [j, other] of [...b].entries()) {
      const replaced = (previous[j] ?? 0) + (letter === other ? 0 : 1)
      row.push(Math.min(replaced, (previous[j + 1] ?? 0) + 1, (row[j] ?? 0) + 1))
    }
    previous = row
  }
  return previous.at(-1) ?? 0
}
