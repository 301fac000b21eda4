import { findCommand, parse, refuseTokens } from './arguments/parse.ts'
import { GENERAL, type OptionTable } from './arguments/spec.ts'
import { type Command, type CommandResult, nearestCommand } from './command.ts'
import { COMMANDS } from './commands/all.ts'
import { EXIT, type ExitCode, exitCodeOf, UsageError } from './exit-code.ts'
import { commandHelp, overview, version } from './help.ts'
import type { Io } from './io.ts'
import { failureJson, failureLines } from './output/failure.ts'
import { jsonText } from './output/format.ts'
import { styleFor } from './output/style.ts'
import type { Terminal } from './output/terminal.ts'

/** The options of all commands: an option may come before the command that it belongs to. */
const ALL_OPTIONS: OptionTable = {
  version: { help: 'print the version' },
  ...Object.assign({}, ...COMMANDS.map(({ options }) => options)),
  ...GENERAL,
}

const NAMES: readonly string[] = [...COMMANDS.map(({ name }) => name), 'help']

/** Runs one command line: prints one result or one failure. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const json = wantsJson(args)
  try {
    refuseTokens(args)
    const result = await resultOf(args, terminal.io)
    terminal.out(json ? [jsonText(result.json)] : result.text(terminal.outStyle))
    if (!json) terminal.error(result.notes ?? [])
    return result.exitCode
  } catch (error) {
    const { secrets, errorStyle } = terminal
    terminal.error(
      json ? [jsonText(failureJson(error, secrets))] : failureLines(error, secrets, errorStyle),
    )
    return exitCodeOf(error)
  }
}

/** Read before the rest is parsed, because what is wrong there must be JSON too. */
function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return (end < 0 ? args : args.slice(0, end)).includes('--json')
}

async function resultOf(args: readonly string[], io: Io): Promise<CommandResult> {
  const { name, rest } = findCommand(args, ALL_OPTIONS)
  if (name === null) return withoutCommand(rest)
  if (name === 'help') return help(rest)
  const found = commandNamed(name)
  const call = parse(rest, { ...found.options, ...GENERAL }, name)
  return call.values.help ? helpFor(found) : found.run(call, io)
}

function withoutCommand(args: readonly string[]): CommandResult {
  const { values } = parse(args, ALL_OPTIONS, '')
  if (values['version']) return textResult(() => [version()], { version: version() })
  if (values['help']) return textResult((style) => overview(COMMANDS, style))
  throw new UsageError(`No command: use one of ${NAMES.join(', ')}. See: tokenward help`)
}

function help(args: readonly string[]): CommandResult {
  const { operands } = parse(args, ALL_OPTIONS, 'help')
  const [name = 'help', ...others] = operands
  if (others.length > 0) throw new UsageError('help takes one command. See: tokenward help')
  if (name === 'help') return textResult((style) => overview(COMMANDS, style))
  return helpFor(commandNamed(name))
}

function helpFor(found: Command): CommandResult {
  return textResult((style) => commandHelp(found, style))
}

function textResult(text: CommandResult['text'], json?: unknown): CommandResult {
  return { exitCode: EXIT.ok, json: json ?? { help: text(styleFor(false)) }, text }
}

function commandNamed(name: string): Command {
  const found = COMMANDS.find((each) => each.name === name)
  if (found) return found
  const nearest = nearestCommand(name, NAMES)
  const hint = nearest === null ? `Use one of ${NAMES.join(', ')}.` : `Did you mean ${nearest}?`
  // The name is not quoted: it may be a secret in the wrong place.
  throw new UsageError(`Unknown command. ${hint} See: tokenward help`)
}
