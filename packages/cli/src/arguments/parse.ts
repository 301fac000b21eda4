import { parseArgs } from 'node:util'
import { UsageError } from '../usage-error.ts'
import {
  type OptionSpec,
  type OptionTable,
  parseOptionsOf,
  takesValue,
  type Values,
} from './options.ts'

export interface Parsed<T extends OptionTable> {
  readonly values: Values<T>
  /** What is no option. Never quoted: it may be a token. */
  readonly operands: readonly string[]
}

/** A compact JWS (RFC 7515 §7.1): its header is a JSON object, so it begins with these letters. */
export const TOKEN: RegExp = /eyJ[\w-]+\.[\w-]*\.[\w-]*/g

/** Everybody on the machine can read the arguments of a process, and the shell keeps them. */
export function refuseTokens(args: readonly string[]): void {
  if (!args.some((arg) => arg.search(TOKEN) >= 0)) return
  throw new UsageError(
    'An argument holds a token, and arguments can be seen by others. Give it by standard input: tokenward explain - < FILE. Then revoke it, for it was seen.',
  )
}

/** By the command's own table. @throws UsageError that says what to do */
export function parse<T extends OptionTable>(
  args: readonly string[],
  table: T,
  command: string,
): Parsed<T> {
  // Not strict: its own errors quote what was given.
  const { tokens } = parseArgs({
    args: [...args],
    options: parseOptionsOf(table),
    strict: false,
    tokens: true,
  })
  const values = new Map<string, string | true>()
  const operands: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName } = token
    const spec = Object.hasOwn(table, name) ? table[name] : undefined
    if (spec === undefined) throw unknownOption(rawName, command)
    if (values.has(name)) throw new UsageError(`${rawName} is given twice; give it once.`)
    values.set(name, valueGiven(rawName, spec, token.value, token.inlineValue ?? false))
  }
  return { values: Object.fromEntries(values) as Values<T>, operands }
}

function valueGiven(
  rawName: string,
  spec: OptionSpec,
  value: string | undefined,
  inline: boolean,
): string | true {
  if (!takesValue(spec)) {
    if (value === undefined) return true
    throw new UsageError(`${rawName} takes no value: write ${rawName} alone.`)
  }
  // Rather the next option than a value: an empty variable of the shell must not swallow it.
  if (value === undefined || (!inline && /^-./.test(value))) {
    throw new UsageError(
      `${rawName} needs a value: ${rawName} ${spec.value} (or ${rawName}=${spec.value}, where it begins with a dash).`,
    )
  }
  if (value === '') throw new UsageError(`${rawName} is empty: ${rawName} ${spec.value}.`)
  if (spec.choices && !spec.choices.includes(value)) {
    throw new UsageError(`${rawName} must be one of: ${spec.choices.join(', ')}.`)
  }
  return value
}

function unknownOption(rawName: string, command: string): UsageError {
  return new UsageError(`Unknown option ${rawName}. See: tokenward help ${command}`)
}
