import { readFileSync } from 'node:fs'
import { GENERAL, type OptionSpec, takesValue } from './arguments/spec.ts'
import type { Command } from './command.ts'
import { table } from './output/format.ts'
import type { Style } from './output/style.ts'

/** Made from the table that also parses the options, so the two cannot differ. */
export function commandHelp(
  { name, summary, usage, examples, options }: Command,
  style: Style,
): readonly string[] {
  const calls = (lines: readonly string[]) =>
    lines.map((line) => `  tokenward ${name} ${line}`.trimEnd())
  const rows = Object.entries({ ...options, ...GENERAL }).map(([option, spec]) => [
    `  ${optionUsage(option, spec)}`,
    spec.help,
  ])
  return [
    `${style.bold(`tokenward ${name}`)}: ${summary}`,
    '',
    style.bold('Usage:'),
    ...calls(usage),
    '',
    style.bold('Examples:'),
    ...calls(examples),
    '',
    style.bold('Options:'),
    ...table(rows),
  ]
}

export function overview(commands: readonly Command[], style: Style): readonly string[] {
  return [
    `${style.bold('tokenward')}: inspect and manage tokens in a store`,
    '',
    style.bold('Usage:'),
    '  tokenward COMMAND [OPTIONS]',
    '',
    style.bold('Commands:'),
    ...table(commands.map(({ name, summary }) => [`  ${name}`, summary])),
    '',
    style.bold('Examples:'),
    '  tokenward migrate --store sqlite:tokens.db',
    "  tokenward revoke --subject ada --reason 'lost phone'",
    '  tokenward explain - < token.txt',
    '',
    'Store: tokenward.config.ts (.mjs, .js) in this folder, --config FILE, or --store URL.',
    'Options: before or after the command, as --name VALUE or --name=VALUE; -- ends them.',
    'Output: data on stdout, all else on stderr. NO_COLOR=1 turns off colors.',
    'Exit codes: 0 success, 1 inactive or findings, 2 usage or setup, 3 unavailable (try again).',
    '',
    'Help for a command: tokenward help COMMAND. Version: tokenward --version.',
  ]
}

function optionUsage(name: string, spec: OptionSpec): string {
  return takesValue(spec) ? `--${name} ${spec.value}` : `--${name}`
}

export function version(): string {
  const manifest = new URL('../package.json', import.meta.url)
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
