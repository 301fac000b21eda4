import { parseArgs } from 'node:util'
import { UsageError } from '../exit-code.ts'
import {
  type OptionSpec,
  type OptionTable,
  parseArgsOptions,
  takesValue,
  type Values,
} from './spec.ts'

export interface CommandLine {
  /** The first argument that is neither an option nor its value; `null`: there is none. */
  readonly name: string | null
  /** All other arguments, in order. */
  readonly rest: readonly string[]
}

export interface Parsed<T extends OptionTable> {
  readonly values: Values<T>
  /** The arguments that are no options. Never quote them: one may be a token. */
  readonly operands: readonly string[]
}

/** A compact JWS (RFC 7515 §7.1). Its header is a JSON object, which is why it begins with `eyJ`. */
export const TOKEN: RegExp = /eyJ[\w-]+\.[\w-]*\.[\w-]*/g

/** Every user of the machine can read the arguments of a process, and the shell records them. */
export function refuseTokens(args: readonly string[]): void {
  if (!args.some((arg) => arg.search(TOKEN) >= 0)) return
  throw new UsageError(
    'An argument contains a token, and other users can read arguments. Pass it on stdin: tokenward explain - < FILE. Then revoke it, because it was exposed.',
  )
}

/**
 * Finds the command. Its options may come before it: which options take a value does not differ
 * between commands, so one table of all options is enough.
 */
export function findCommand(args: readonly string[], all: OptionTable): CommandLine {
  const tokens = tokenize(args, all)
  const found = tokens.find(({ kind }) => kind === 'positional')
  for (const token of tokens) {
    // Options after the command are checked against its own table, and the message names it.
    if (found !== undefined && token.index >= found.index) break
    if (token.kind !== 'option' || Object.hasOwn(all, token.name)) continue
    throw unknownOption(token.rawName, '')
  }
  if (found?.kind !== 'positional') return { name: null, rest: args }
  return { name: found.value, rest: args.toSpliced(found.index, 1) }
}

/**
 * Parses the arguments of a command by its option table.
 *
 * @throws UsageError with a message about what to change
 */
export function parse<T extends OptionTable>(
  args: readonly string[],
  table: T,
  command: string,
): Parsed<T> {
  const values = new Map<string, string | true | readonly string[]>()
  const operands: string[] = []
  for (const token of tokenize(args, table)) {
    if (token.kind === 'positional') operands.push(token.value)
    if (token.kind !== 'option') continue
    const { name, rawName } = token
    const spec = Object.hasOwn(table, name) ? table[name] : undefined
    if (spec === undefined) throw unknownOption(rawName, command)
    const value = checkValue(rawName, spec, token.value, token.inlineValue ?? false)
    const earlier = values.get(name)
    if (isRepeatable(spec))
      values.set(name, [...((earlier ?? []) as readonly string[]), value as string])
    else if (earlier === undefined) values.set(name, value)
    else throw new UsageError(`${rawName} was given more than once.`)
  }
  return { values: Object.fromEntries(values) as Values<T>, operands }
}

/** Not strict: the errors of `parseArgs` quote the arguments. */
function tokenize(args: readonly string[], table: OptionTable) {
  const options = parseArgsOptions(table)
  return parseArgs({ args: [...args], options, strict: false, tokens: true }).tokens
}

function checkValue(
  rawName: string,
  spec: OptionSpec,
  value: string | undefined,
  isInline: boolean,
): string | true {
  if (!takesValue(spec)) {
    if (value === undefined) return true
    throw new UsageError(`${rawName} takes no value.`)
  }
  // More likely the next option than a value: an empty shell variable must not swallow it. One dash may begin an id.
  if (value === undefined || (!isInline && /^(--|-h$)/.test(value))) {
    throw new UsageError(
      `${rawName} needs a value: ${rawName} ${spec.value} (or ${rawName}=${spec.value} if it begins with two dashes).`,
    )
  }
  if (value === '') throw new UsageError(`${rawName} is empty: ${rawName} ${spec.value}.`)
  if (spec.choices && !spec.choices.includes(value)) {
    throw new UsageError(`${rawName} must be one of: ${spec.choices.join(', ')}.`)
  }
  return value
}

function isRepeatable(spec: OptionSpec): boolean {
  return takesValue(spec) && spec.repeatable === true
}

function unknownOption(rawName: string, command: string): UsageError {
  return new UsageError(`Unknown option ${rawName}. See: ${`tokenward help ${command}`.trimEnd()}`)
}
