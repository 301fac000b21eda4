import type { NotRevoked, Revoked, Target, TokenwardOptions } from '@tokenward/core'
import { KEYS, SCOPE, SINGLE, STORE } from '../arguments/spec.ts'
import { readToken } from '../arguments/stdin-token.ts'
import { describeTarget, parseTarget } from '../arguments/targets.ts'
import { parseInstant, readsStdin } from '../arguments/values.ts'
import { type Command, type CommandResult, command } from '../command.ts'
import { EXIT, UsageError } from '../exit-code.ts'
import { formatInstant, formatNote, printable } from '../output/format.ts'
import type { Style } from '../output/style.ts'
import { resolveOptions } from '../resolve-options.ts'
import { withPreparedStore } from '../with-tokenward.ts'

const options = {
  ...STORE,
  ...KEYS,
  ...SCOPE,
  ...SINGLE,
  before: { value: 'TIME', help: 'only tokens issued up to this past time (ISO 8601)' },
  only: { value: 'access', help: 'only access tokens; sessions continue', choices: ['access'] },
  cascade: { help: 'also revoke the session of an access token (with -)' },
  reason: { value: 'TEXT', help: 'why; stored with the revocation' },
  actor: { value: 'TEXT', help: 'who revokes; stored with the revocation' },
} as const

/**
 * The leeway and clock skew of the application are unknown when only its store is. Larger values only
 * retain the revocation longer.
 */
const LARGEST_CLOCK_TOLERANCES: Partial<TokenwardOptions> = { leeway: '60s', skew: '15m' }

export const revoke: Command = command({
  name: 'revoke',
  summary: 'revoke a token, session, user, client, issuer or everything; in force on return',
  usage: [
    '--subject ID [--client ID] [--before TIME | --only access] [--reason TEXT] [--actor TEXT]',
    '--client ID | --session ID | --jti ID | --record KEY',
    '--issuer URL --whole-issuer | --everything',
    '- [--cascade] < FILE',
  ],
  examples: [
    "--subject ada --reason 'lost phone' --actor support",
    '--subject ada --before 2026-11-23T14:45:00Z',
    '- --cascade < token.txt',
  ],
  options,
  run: async ({ values, operands }, io) => {
    const fromStdin = readsStdin(operands, 'revoke')
    const { reason, actor, only, cascade } = values
    const note = { ...(reason && { reason }), ...(actor && { actor }) }
    const before = values.before && parseInstant('before', values.before)
    const resolved = await resolveOptions(values, io, { withUrl: LARGEST_CLOCK_TOLERANCES })
    if (fromStdin) {
      if (before || only) {
        throw new UsageError('--before and --only need a target; they do not go with a token.')
      }
      const token = await readToken(values, resolved, io)
      const revokeOptions = { ...note, ...(cascade && { cascade }) }
      return revokeResult(
        await withPreparedStore(resolved.options, (tokens) => tokens.revoke(token, revokeOptions)),
        null,
      )
    }
    if (cascade) throw new UsageError('--cascade needs a token on stdin; see --session.')
    const target = parseTarget(values, resolved.fromUrl)
    const revokeOptions = {
      ...note,
      ...(before && { before }),
      ...(only && { only: 'access' as const }),
    }
    return revokeResult(
      await withPreparedStore(resolved.options, (tokens) => tokens.revoke(target, revokeOptions)),
      target,
    )
  },
})

/** `named`: the target of the command line; `null`: a token on stdin, which is not printed. */
function revokeResult(revoked: Revoked | NotRevoked, named: Target | null): CommandResult {
  return {
    exitCode: revoked.revoked ? EXIT.ok : EXIT.findings,
    json: revoked,
    text: (style) => [resultLine(revoked, named, style)],
  }
}

function resultLine(revoked: Revoked | NotRevoked, named: Target | null, style: Style): string {
  if (!revoked.revoked) return `${style.bad('Not revoked:')} ${revoked.reason}`
  const { first, at, note } = revoked
  const when = `at ${formatInstant(at)} (${first ? 'new' : 'already revoked'})`
  const text = formatNote(note)
  const line = `${style.good('Revoked')} ${printable(revokedName(revoked, named))} ${when}`
  return text === '' ? line : `${line}: ${text}`
}

function revokedName({ target }: Revoked, named: Target | null): string {
  if (named === null) return target
  // The id of a refresh token revokes its session.
  const ofToken = named.jti !== undefined && target === 'session' ? 'session of ' : ''
  return ofToken + describeTarget(named)
}
