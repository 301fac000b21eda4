import type { Explanation, RecordCheck, Target, TokenwardOptions } from '@tokenward/core'
import { takesStdin } from '../arguments/operands.ts'
import { KEYS, SCOPE, SINGLE, STORE } from '../arguments/options.ts'
import { targetOf } from '../arguments/targets.ts'
import { tokenFor } from '../arguments/token.ts'
import { type Command, command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { configSaysIt, optionsFor } from '../options.ts'
import type { Style } from '../output/style.ts'
import { table } from '../output/table.ts'
import { instant, noteText, words } from '../output/text.ts'
import { withTokenward } from '../with-tokenward.ts'

const POLICIES = ['allowlist', 'denylist'] as const

const options = {
  ...STORE,
  ...KEYS,
  ...SCOPE,
  ...SINGLE,
  policy: {
    value: 'POLICY',
    help: 'of the application (with --store; default: allowlist)',
    choices: POLICIES,
  },
} as const

export const explain: Command = command({
  name: 'explain',
  summary: 'why a token is good or not: every record that was asked, and which one decided',
  usage: ['- < TOKEN', '--subject ID', '--jti ID', '--record KEY'],
  options,
  run: async ({ values, operands }, io) => {
    const fromInput = takesStdin(operands, 'explain', true)
    const policy = POLICIES.find((each) => each === values.policy)
    const alone: Partial<TokenwardOptions> = policy ? { policy } : {}
    const found = await optionsFor(values, io, { alone })
    if (policy && !found.alone) throw configSaysIt('policy')
    const target: string | Target = fromInput
      ? await tokenFor(values, found, io)
      : targetOf(values, found.alone)
    const explanation = await withTokenward(found.options, (instance) => instance.explain(target))
    return {
      exitCode: explanation.active ? EXIT.ok : EXIT.findings,
      json: explanation,
      text: (style) => [verdict(explanation, style), ...working(explanation, style)],
    }
  },
})

function verdict(explanation: Explanation, style: Style): string {
  const { active, reason, decidedBy, at, note, checks } = explanation
  // Of a scope only what revokes it is known.
  const scope = checks.length === 1 && checks[0]?.result === 'not-applicable'
  if (active) return style.good(scope ? 'NOT REVOKED' : 'ACTIVE')
  const since = at === undefined ? '' : instant(at)
  return words(style.bad('INACTIVE'), reason, decidedBy && `(${decidedBy})`, since, noteText(note))
}

function working({ checks }: Explanation, style: Style): readonly string[] {
  if (checks.length === 0) return ['  refused before the store was asked']
  const rows = table(checks.map((check) => ['', ...cells(check)]))
  return rows.map((row, i) => (checks[i]?.decisive ? style.bold(row) : row))
}

function cells({ scope, found, result, decisive, at, note }: RecordCheck): readonly string[] {
  const since = at === undefined ? '' : instant(at)
  return [
    scope,
    found,
    found === 'none' ? '' : result,
    words(decisive && '<- decisive', since, noteText(note)),
  ]
}
