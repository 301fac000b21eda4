import type { Health, TokenwardOptions } from '@tokenward/core'
import { SEALING, STORE } from '../arguments/spec.ts'
import { readToken } from '../arguments/stdin-token.ts'
import { readsStdin } from '../arguments/values.ts'
import { type Command, command } from '../command.ts'
import { type Diagnosis, diagnose } from '../diagnose.ts'
import { EXIT, UsageError } from '../exit-code.ts'
import { keyUsageLines } from '../key-usage.ts'
import { findingLines, printable } from '../output/format.ts'
import { throttledProgress } from '../output/progress.ts'
import type { Style } from '../output/style.ts'
import { resolveOptions } from '../resolve-options.ts'
import { signingKeyLines } from '../signing-key-lines.ts'

export const doctor: Command = command({
  name: 'doctor',
  summary:
    'check the store, its settings and a token, with a fix for each finding; changes nothing',
  usage: [
    '[--config FILE] [--key-file FILE]',
    '- [--config FILE] [--key-file FILE] < FILE',
    '--store URL [--namespace NAME] [--pepper-file FILE] [--key-file FILE]',
  ],
  examples: ['', '- < token.txt', '--store sqlite:tokens.db --pepper-file pepper.bin', '--json'],
  options: { ...STORE, ...SEALING },
  run: async ({ values, operands }, io) => {
    const hasToken = readsStdin(operands, 'doctor')
    if (hasToken && values.store !== undefined)
      throw new UsageError('A token is checked against the options of a config: omit --store.')
    const resolved = await resolveOptions(values, io)
    const { options, fromUrl } = resolved
    const token = hasToken ? await readToken(values, resolved, io) : null
    const progress = throttledProgress({
      display: io.progress,
      action: 'scanned',
      total: null,
      json: values.json === true,
    })
    const diagnosis = await diagnose(options, {
      fromUrl,
      token,
      onScanned: (count) => progress(count),
    })
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
  { findings, capabilities, latency, signingKeys = [], sealingKeys, token }: Diagnosis,
  style: Style,
): readonly string[] {
  const name = printable(`${repository.name}, namespace ${repository.namespace}`)
  const accepted = token?.active ? [`${style.good('✓')} the token is accepted`] : []
  const keys = [
    ...signingKeyLines(signingKeys, style),
    ...(sealingKeys ? keyUsageLines(sealingKeys, style) : []),
  ]
  if (findings.length > 0) return [name, ...findingLines(findings, style), ...accepted, ...keys]
  const measured = latency === undefined ? '' : `; latency ${latency.toFixed(1)} ms`
  return [
    `${style.good('✓')} ${name}: schema, root record and pepper match${measured}`,
    ...(capabilities ? [`  ${capabilityNames(capabilities)}`] : []),
    ...accepted,
    ...keys,
  ]
}

function capabilityNames({ durability, maxBodyBytes: _, ...rest }: Health['capabilities']): string {
  const available = Object.entries(rest).filter(([, value]) => value)
  return [durability, ...available.map(([name]) => name)].join(', ')
}
