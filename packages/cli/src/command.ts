import type { GENERAL, OptionTable, Values } from './arguments/options.ts'
import type { ExitCode } from './exit-code.ts'
import type { Io } from './io.ts'
import type { Style } from './output/style.ts'

/** What a command found out: the same for machines and for people. */
export interface Answer {
  readonly exitCode: ExitCode
  readonly json: unknown
  readonly text: (style: Style) => readonly string[]
}

export interface Call<T extends OptionTable> {
  readonly values: Values<T & typeof GENERAL>
  readonly operands: readonly string[]
}

interface Description<T extends OptionTable> {
  readonly name: string
  /** What it does, in a line. */
  readonly summary: string
  /** How it is called, one line each. */
  readonly usage: readonly string[]
  readonly options: T
  readonly run: (call: Call<T>, io: Io) => Promise<Answer>
}

export type Command = Description<OptionTable>

/** Ties `run` to the types of its own table. */
export function command<T extends OptionTable>(description: Description<T>): Command {
  return description as unknown as Command
}
