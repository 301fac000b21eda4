import { parseArgs } from 'node:util'
import { UsageError } from '../usage-error.ts'
import { type OptionTable, parseOptionsOf } from './options.ts'

export interface Located {
  /** The first argument that is neither an option nor the value of one; `null`: there is none. */
  readonly name: string | null
  /** All the others, in their order. */
  readonly rest: readonly string[]
}

/**
 * Finds the command among its options, which may come before it. Which option takes a value is the same
 * in every command, so one table of all options is enough.
 */
export function locateCommand(args: readonly string[], all: OptionTable): Located {
  const { tokens } = parseArgs({
    args: [...args],
    options: parseOptionsOf(all),
    strict: false,
    tokens: true,
  })
  const found = tokens.find(({ kind }) => kind === 'positional')
  for (const token of tokens) {
    // After the command its own table is asked, which names the command in the message.
    if (found !== undefined && token.index >= found.index) break
    if (token.kind !== 'option' || Object.hasOwn(all, token.name)) continue
    throw new UsageError(`Unknown option ${token.rawName}. See: tokenward help`)
  }
  if (found?.kind !== 'positional') return { name: null, rest: args }
  return { name: found.value, rest: args.toSpliced(found.index, 1) }
}
