import type { Health, TokenwardOptions } from '@tokenward/core'
import { STORE } from '../arguments/spec.ts'
import { refuseOperands } from '../arguments/values.ts'
import { type Command, command } from '../command.ts'
import { type Diagnosis, diagnose } from '../diagnose.ts'
import { EXIT } from '../exit-code.ts'
import { findingLines, printable } from '../output/format.ts'
import type { Style } from '../output/style.ts'
import { resolveOptions } from '../resolve-options.ts'

export const doctor: Command = command({
  name: 'doctor',
  summary: 'check the store and its settings, with a fix for each finding; changes nothing',
  usage: ['[--config FILE]', '--store URL [--namespace NAME] [--pepper-file FILE]'],
  examples: ['', '--store sqlite:tokens.db --pepper-file pepper.bin', '--json'],
  options: STORE,
  run: async ({ values, operands }, io) => {
    refuseOperands(operands, 'doctor')
    const { options } = await resolveOptions(values, io)
    const diagnosis = await diagnose(options)
    const ok = diagnosis.findings.length === 0
    return {
      exitCode: ok ? EXIT.ok : EXIT.findings,
      json: { ok, adapter: options.repository.name, ...diagnosis },
      text: (style) => diagnosisLines(options, diagnosis, style),
    }
  },
})

function diagnosisLines(
  { repository }: TokenwardOptions,
  { findings, capabilities, latency }: Diagnosis,
  style: Style,
): readonly string[] {
  const name = printable(`${repository.name}, namespace ${repository.namespace}`)
  if (findings.length > 0) return [name, ...findingLines(findings, style)]
  const measured = latency === undefined ? '' : `; latency ${latency.toFixed(1)} ms`
  return [
    `${style.good('✓')} ${name}: schema, root record and pepper match${measured}`,
    ...(capabilities ? [`  ${capabilityNames(capabilities)}`] : []),
  ]
}

function capabilityNames({ durability, maxBodyBytes: _, ...rest }: Health['capabilities']): string {
  const available = Object.entries(rest).filter(([, value]) => value)
  return [durability, ...available.map(([name]) => name)].join(', ')
}
