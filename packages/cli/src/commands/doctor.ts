import type { Health, TokenwardOptions } from '@tokenward/core'
import { takesStdin } from '../arguments/operands.ts'
import { STORE } from '../arguments/options.ts'
import { type Command, command } from '../command.ts'
import { type Examined, examine } from '../examine.ts'
import { EXIT } from '../exit-code.ts'
import { optionsFor } from '../options.ts'
import { findingLines } from '../output/findings.ts'
import type { Style } from '../output/style.ts'
import { printable } from '../output/text.ts'

export const doctor: Command = command({
  name: 'doctor',
  summary: 'what is wrong with the store and its settings, each with its fix; changes nothing',
  usage: ['', '--store URL [--pepper-file FILE]'],
  options: STORE,
  run: async ({ values, operands }, io) => {
    takesStdin(operands, 'doctor', false)
    const { options } = await optionsFor(values, io)
    const examined = await examine(options)
    const ok = examined.findings.length === 0
    return {
      exitCode: ok ? EXIT.ok : EXIT.findings,
      json: { ok, adapter: options.repository.name, ...examined },
      text: (style) => lines(options, examined, style),
    }
  },
})

function lines(
  { repository }: TokenwardOptions,
  examined: Examined,
  style: Style,
): readonly string[] {
  const { findings, capabilities, latency } = examined
  const name = printable(`${repository.name}, namespace ${repository.namespace}`)
  if (findings.length > 0) return [name, ...findingLines(findings, style)]
  const answers = latency === undefined ? '' : `, answers in ${latency.toFixed(1)} ms`
  return [
    `${style.good('✓')} ${name}: schema, root and pepper fit${answers}`,
    ...(capabilities ? [`  ${claims(capabilities)}`] : []),
  ]
}

function claims({ durability, maxBodyBytes: _, ...rest }: Health['capabilities']): string {
  const can = Object.entries(rest).filter(([, value]) => value)
  return [durability, ...can.map(([name]) => name)].join(', ')
}
