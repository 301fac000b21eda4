import type { AllExcept, NotRevoked, Revoked, Target, Tokenward } from '@tokenward/core'
import { KEYS, SCOPE, SEALING, SINGLE, STORE, type Values } from '../arguments/spec.ts'
import { readToken } from '../arguments/stdin-token.ts'
import { requireSubject } from '../arguments/subject.ts'
import { describeTarget, parseTarget, TARGET_NAMES } from '../arguments/targets.ts'
import { parseInstant, readsStdin } from '../arguments/values.ts'
import { type Command, type CommandResult, command } from '../command.ts'
import { EXIT, UsageError } from '../exit-code.ts'
import { formatInstant, formatNote, printable } from '../output/format.ts'
import type { Style } from '../output/style.ts'
import { LARGEST_CLOCK_TOLERANCES, resolveOptions } from '../resolve-options.ts'
import { withPreparedStore } from '../with-tokenward.ts'

const options = {
  ...STORE,
  ...KEYS,
  ...SEALING,
  ...SCOPE,
  ...SINGLE,
  before: { value: 'TIME', help: 'only tokens issued up to this past time (ISO 8601)' },
  only: { value: 'access', help: 'only access tokens; sessions continue', choices: ['access'] },
  except: { value: 'SID', help: 'all sessions of --subject but this one' },
  cascade: { help: 'also revoke the session of an access token (with -)' },
  reason: { value: 'TEXT', help: 'why; stored with the revocation, sealed if there are keys' },
  actor: {
    value: 'TEXT',
    help: 'who revokes; stored with the revocation, sealed if there are keys',
  },
} as const

export const revoke: Command = command({
  name: 'revoke',
  summary: 'revoke a token, session, user, client, issuer or everything; in force on return',
  usage: [
    '--subject ID [--client ID] [--before TIME | --only access] [--reason TEXT] [--actor TEXT]',
    '--subject ID --except SID [--reason TEXT] [--actor TEXT]',
    '--client ID | --session ID | --jti ID | --record KEY',
    '--issuer URL --whole-issuer | --everything',
    '- [--cascade] < FILE',
  ],
  examples: [
    "--subject ada --reason 'lost phone' --actor support",
    "--subject ada --except SID --reason 'password changed'",
    '--subject ada --before 2026-11-23T14:45:00Z',
    '- --cascade < token.txt',
  ],
  options,
  run: async ({ values, operands }, io) => {
    const fromStdin = readsStdin(operands, 'revoke')
    refuseContradictions(values, fromStdin)
    const { reason, actor, only, cascade, except } = values
    const note = { ...(reason && { reason }), ...(actor && { actor }) }
    const before = values.before && parseInstant('before', values.before)
    const resolved = await resolveOptions(values, io, { withUrl: LARGEST_CLOCK_TOLERANCES })
    const revokeBy = <R>(work: (tokens: Tokenward) => Promise<R>): Promise<R> =>
      withPreparedStore(resolved.options, work)
    if (fromStdin) {
      const token = await readToken(values, resolved, io)
      const options = { ...note, ...(cascade && { cascade }) }
      return revokeResult(await revokeBy((tokens) => tokens.revoke(token, options)), null)
    }
    if (except !== undefined) {
      const target = { subject: requireSubject(values, resolved.fromUrl), except }
      return revokeResult(await revokeBy((tokens) => tokens.revoke(target, note)), target)
    }
    const target = parseTarget(values, resolved.fromUrl)
    const options = { ...note, ...(before && { before }), ...(only && { only: 'access' as const }) }
    return revokeResult(await revokeBy((tokens) => tokens.revoke(target, options)), target)
  },
})

function refuseContradictions(values: Values<typeof options>, fromStdin: boolean): void {
  const { before, only, cascade, except } = values
  if (fromStdin && (before || only)) {
    throw new UsageError('--before and --only need a target; they do not go with a token.')
  }
  if (cascade && !fromStdin) {
    throw new UsageError('--cascade needs a token on stdin; see --session.')
  }
  if (except === undefined) return
  const others = ['before', 'only', ...TARGET_NAMES.filter((name) => name !== 'subject')] as const
  const given = others.find((name) => values[name] !== undefined)
  if (fromStdin || given !== undefined) {
    throw new UsageError(`--except goes with --subject alone${given ? `: omit --${given}` : ''}.`)
  }
}

/** The target of the command line; `null`: a token on stdin, which is not printed. */
type Named = Target | AllExcept | null

function revokeResult(revoked: Revoked | NotRevoked, named: Named): CommandResult {
  return {
    exitCode: revoked.revoked ? EXIT.ok : EXIT.findings,
    json: revoked,
    text: (style) => [resultLine(revoked, named, style)],
  }
}

function resultLine(revoked: Revoked | NotRevoked, named: Named, style: Style): string {
  if (!revoked.revoked) return `${style.bad('Not revoked:')} ${revoked.reason}`
  const { first, at, note, count } = revoked
  const covered = first ? ' (new)' : ' (already revoked)'
  const when = `at ${formatInstant(at)}${count === undefined ? covered : ''}`
  const text = formatNote(note)
  const line = `${style.good('Revoked')} ${printable(revokedName(revoked, named))} ${when}`
  return text === '' ? line : `${line}: ${text}`
}

function revokedName({ target, count }: Revoked, named: Named): string {
  if (named === null) return target
  if ('except' in named) {
    const what = count === 1 ? '1 session or token' : `${count} sessions and tokens`
    return `${what} of subject ${named.subject}, all but session ${named.except},`
  }
  // The id of a refresh token revokes its session.
  const ofToken = named.jti !== undefined && target === 'session' ? 'session of ' : ''
  return ofToken + describeTarget(named)
}
