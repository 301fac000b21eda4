import type { Explanation, RecordCheck, Target, TokenwardOptions } from '@tokenward/core'
import { KEYS, SCOPE, SEALING, SINGLE, STORE } from '../arguments/spec.ts'
import { readToken } from '../arguments/stdin-token.ts'
import { parseTarget } from '../arguments/targets.ts'
import { readsStdin } from '../arguments/values.ts'
import { type Command, command } from '../command.ts'
import { describeMismatch } from '../describe-mismatch.ts'
import { EXIT } from '../exit-code.ts'
import { formatInstant, formatNote, joinNonEmpty, table } from '../output/format.ts'
import { formatNames } from '../output/names.ts'
import type { Style } from '../output/style.ts'
import { conflictsWithConfig, resolveOptions } from '../resolve-options.ts'
import { withPreparedStore } from '../with-tokenward.ts'

const POLICIES = ['allowlist', 'denylist'] as const

const options = {
  ...STORE,
  ...KEYS,
  ...SEALING,
  ...SCOPE,
  ...SINGLE,
  policy: {
    value: 'POLICY',
    help: 'allowlist or denylist, as the application has it (with --store; default: allowlist)',
    choices: POLICIES,
  },
} as const

export const explain: Command = command({
  name: 'explain',
  summary: 'why a token is active or refused: every record checked, and the decisive one',
  usage: [
    '- < FILE',
    '--subject ID [--client ID]',
    '--client ID | --session ID | --jti ID | --record KEY',
    '--issuer URL --whole-issuer | --everything',
  ],
  examples: [
    '- < token.txt',
    '--subject ada',
    '- --key-file sealing.json < token.txt',
    '- --store sqlite:tokens.db --issuer https://api.example.com --keys keys.json < token.txt',
  ],
  options,
  run: async ({ values, operands }, io) => {
    const fromStdin = readsStdin(operands, 'explain')
    const policy = POLICIES.find((each) => each === values.policy)
    const withUrl: Partial<TokenwardOptions> = policy ? { policy } : {}
    const resolved = await resolveOptions(values, io, { withUrl })
    if (policy && !resolved.fromUrl) throw conflictsWithConfig('policy')
    const target: string | Target = fromStdin
      ? await readToken(values, resolved, io)
      : parseTarget(values, resolved.fromUrl)
    const explanation = await withPreparedStore(resolved.options, (tokens) =>
      tokens.explain(target),
    )
    const mismatch =
      typeof target === 'string' ? describeMismatch(target, explanation, resolved.options) : null
    return {
      exitCode: explanation.active ? EXIT.ok : EXIT.findings,
      json: { ...explanation, ...(mismatch && { actual: mismatch.actual }) },
      text: (style) => [
        summaryLine(explanation, style),
        ...(mismatch ? [`  ${mismatch.text}`] : []),
        ...checkLines(explanation, style),
      ],
    }
  },
})

function summaryLine(explanation: Explanation, style: Style): string {
  const { active, reason, decidedBy, at, note, checks } = explanation
  // A scope has one record, which shows only whether the scope is revoked.
  const isScope = checks.length === 1 && checks[0]?.result === 'not-applicable'
  if (active) return style.good(isScope ? 'NOT REVOKED' : 'ACTIVE')
  return joinNonEmpty(
    style.bad('INACTIVE'),
    reason,
    decidedBy && `(${decidedBy})`,
    at !== undefined && formatInstant(at),
    formatNote(note),
  )
}

function checkLines({ checks }: Explanation, style: Style): readonly string[] {
  if (checks.length === 0) return ['  refused before any record was read']
  const rows = table(checks.map((check) => ['', ...cells(check)]))
  return rows.map((row, i) => (checks[i]?.decisive ? style.bold(row) : row))
}

function cells({
  scope,
  found,
  result,
  decisive,
  at,
  note,
  names,
}: RecordCheck): readonly string[] {
  const decisiveMark = decisive ? '<- decisive' : ''
  const revocation = joinNonEmpty(at !== undefined && formatInstant(at), formatNote(note))
  const details = [revocation, formatNames(names)].filter((text) => text !== '').join('; ')
  if (found === 'none') return [scope, 'none', '', decisiveMark, details]
  // A cutoff can exist without a revocation, and then applies to no token of its scope.
  const isNotRevoked = result === 'not-revoked' || result === 'not-applicable'
  return [scope, 'found', isNotRevoked ? 'not revoked' : result, decisiveMark, details]
}
