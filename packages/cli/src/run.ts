import { GENERAL } from './arguments/options.ts'
import { parse, refuseTokens } from './arguments/parse.ts'
import type { Answer, Command } from './command.ts'
import { COMMANDS } from './commands/all.ts'
import { EXIT, type ExitCode, exitCodeOf } from './exit-code.ts'
import { helpOf, overview, version } from './help.ts'
import { failureJson, failureLines } from './output/failure.ts'
import { styleFor } from './output/style.ts'
import type { Terminal } from './output/terminal.ts'
import type { Session } from './session.ts'
import { UsageError } from './usage-error.ts'

/** One call of the tool: arguments in, one answer or one failure out. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const json = args.includes('--json')
  try {
    refuseTokens(args)
    const answer = await answerTo(args, terminal.session)
    terminal.out(json ? [JSON.stringify(answer.json)] : answer.text(terminal.outStyle))
    return answer.exitCode
  } catch (error) {
    const { secrets, errorStyle } = terminal
    terminal.error(
      json
        ? [JSON.stringify(failureJson(error, secrets))]
        : failureLines(error, secrets, errorStyle),
    )
    return exitCodeOf(error)
  }
}

async function answerTo(args: readonly string[], session: Session): Promise<Answer> {
  const [name, ...rest] = args
  if (name === undefined) throw new UsageError(UNKNOWN)
  if (name === '--version') return told(() => [version()], { version: version() })
  if (name === 'help' || name === '--help' || name === '-h') return help(rest)
  const found = commandNamed(name)
  const call = parse(rest, { ...found.options, ...GENERAL }, name)
  return call.values.help ? helpFor(found) : found.run(call, session)
}

function help(args: readonly string[]): Answer {
  const { operands } = parse(args, GENERAL, 'help')
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
