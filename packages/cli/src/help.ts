import { readFileSync } from 'node:fs'
import { GENERAL, type OptionSpec, takesValue } from './arguments/options.ts'
import type { Command } from './command.ts'
import type { Style } from './output/style.ts'
import { table } from './output/table.ts'

/** Made from the commands' own tables, so it cannot tell of an option that is not there. */
export function helpOf(
  { name, summary, usage, options }: Command,
  style: Style,
): readonly string[] {
  const rows = Object.entries({ ...options, ...GENERAL }).map(([option, spec]) => [
    `  ${written(option, spec)}`,
    spec.help,
  ])
  return [
    `${style.bold(`tokenward ${name}`)}: ${summary}`,
    '',
    ...usage.map((line) => `  tokenward ${name} ${line}`.trimEnd()),
    '',
    ...table(rows),
  ]
}

export function overview(commands: readonly Command[], style: Style): readonly string[] {
  return [
    `${style.bold('tokenward')} looks after the tokens of a store`,
    '',
    ...table(commands.map(({ name, summary }) => [`  tokenward ${name}`, summary])),
    '',
    'Options of a command: tokenward help COMMAND. Version: tokenward --version.',
    'The store: tokenward.config.ts (.mjs, .js) here, --config FILE, or --store URL.',
    'Exit codes: 0 ok, 1 inactive or findings, 2 usage, 3 unavailable (try again).',
  ]
}

function written(name: string, spec: OptionSpec): string {
  return takesValue(spec) ? `--${name} ${spec.value}` : `--${name}`
}

export function version(): string {
  const manifest = new URL('../package.json', import.meta.url)
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}
