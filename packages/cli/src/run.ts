import { locateCommand } from './arguments/locate.ts'
import { GENERAL, type OptionTable } from './arguments/options.ts'
import { parse, refuseTokens } from './arguments/parse.ts'
import type { Answer, Command } from './command.ts'
import { COMMANDS } from './commands/all.ts'
import { EXIT, type ExitCode, exitCodeOf } from './exit-code.ts'
import { helpOf, overview, version } from './help.ts'
import type { Io } from './io.ts'
import { failureJson, failureLines } from './output/failure.ts'
import { jsonText } from './output/json.ts'
import { styleFor } from './output/style.ts'
import type { Terminal } from './output/terminal.ts'
import { UsageError } from './usage-error.ts'

/** Of all commands: an option may come before the command that it belongs to. */
const ALL_OPTIONS: OptionTable = {
  version: { help: 'of this tool' },
  ...Object.assign({}, ...COMMANDS.map(({ options }) => options)),
  ...GENERAL,
}

/** One call of the tool: arguments in, one answer or one failure out. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const json = args.includes('--json')
  try {
    refuseTokens(args)
    const answer = await answerTo(args, terminal.io)
    terminal.out(json ? [jsonText(answer.json)] : answer.text(terminal.outStyle))
    return answer.exitCode
  } catch (error) {
    const { secrets, errorStyle } = terminal
    terminal.error(
      json ? [jsonText(failureJson(error, secrets))] : failureLines(error, secrets, errorStyle),
    )
    return exitCodeOf(error)
  }
}

async function answerTo(args: readonly string[], io: Io): Promise<Answer> {
  const { name, rest } = locateCommand(args, ALL_OPTIONS)
  if (name === null) return withoutCommand(rest)
  if (name === 'help') return help(rest)
  const found = commandNamed(name)
  const call = parse(rest, { ...found.options, ...GENERAL }, name)
  return call.values.help ? helpFor(found) : found.run(call, io)
}

function withoutCommand(args: readonly string[]): Answer {
  const { values } = parse(args, ALL_OPTIONS, '')
  if (values['version']) return told(() => [version()], { version: version() })
  if (values['help']) return told((style) => overview(COMMANDS, style))
  throw new UsageError(UNKNOWN)
}

function help(args: readonly string[]): Answer {
  const { operands } = parse(args, ALL_OPTIONS, 'help')
  const [name] = operands
  if (name === undefined) return told((style) => overview(COMMANDS, style))
  return helpFor(commandNamed(name))
}

function helpFor(found: Command): Answer {
  return told((style) => helpOf(found, style))
}

function told(text: Answer['text'], json: unknown = undefined): Answer {
  return { exitCode: EXIT.ok, json: json ?? { help: text(styleFor(false)) }, text }
}

const UNKNOWN = `A command is needed, one of: ${COMMANDS.map(({ name }) => name).join(', ')}, help. What they do: tokenward help`

function commandNamed(name: string): Command {
  const found = COMMANDS.find((each) => each.name === name)
  if (found) return found
  // Not quoted: it may be a secret in the wrong place.
  throw new UsageError(UNKNOWN)
}
