import type { IssueOptions, RevocationNote, Target } from '@tokenward/core'
import { TOKEN } from '../arguments/parse.ts'
import { BadLine, checkNames, idOf, instantOf, numericDateOf, objectOf, textOf } from './members.ts'

/** One line of the neutral format, checked. */
export type Line = RevocationLine | SessionLine

export interface RevocationLine {
  readonly type: 'revocation'
  readonly target: Target
  readonly options: RevocationNote & { readonly before?: Date }
  /** When the token or session expires, in ms since 1970; `null`: unknown. */
  readonly expiresAt: number | null
}

export interface SessionLine {
  readonly type: 'session'
  /** The id of the session where it comes from. */
  readonly from: string
  readonly issue: IssueOptions
  /** When the session ends where it comes from, in ms since 1970; `null`: unknown. */
  readonly expiresAt: number | null
}

const REVOCATION = [
  ...['type', 'issuer', 'jti', 'session', 'record', 'subject', 'client'],
  ...['before', 'iat', 'exp', 'reason', 'actor'],
]
const SESSION = [
  ...['type', 'session', 'subject', 'client', 'scope', 'claims', 'label', 'data', 'iat', 'exp'],
]

/**
 * Parses one line. A line is a revocation unless its `type` is `session`: a list of live sessions is never
 * read as a list of revoked ones.
 *
 * @throws BadLine
 */
export function parseLine(text: string): Line {
  const members = objectOf(text)
  const { type = 'revocation' } = members
  if (type === 'session') return sessionLine(members)
  if (type === 'revocation') return revocationLine(members)
  throw new BadLine("'type' must be revocation or session")
}

type Members = Readonly<Record<string, unknown>>

function revocationLine(members: Members): RevocationLine {
  checkNames(members, REVOCATION)
  const named = ['jti', 'session', 'record', 'client', 'subject', 'issuer'].filter(
    (name) => members[name] !== undefined,
  )
  const target = Object.fromEntries(named.map((name) => [name, idOf(members, name)]))
  if (target['jti']?.search(TOKEN) === 0) {
    throw new BadLine("'jti' is a whole token: write the claim jti of its payload")
  }
  const before = instantOf(members, 'before')
  const alone = ['jti', 'session', 'record'].filter((name) => name in target)
  if (alone.length === 1 && before !== null) {
    throw new BadLine(`'before' does not go with '${alone[0]}': omit it`)
  }
  if (alone.length > 1 || (alone.length === 1 && ('subject' in target || 'client' in target))) {
    throw new BadLine(`names several targets (${named.join(', ')}): write a line for each`)
  }
  if (alone.length === 0 && named.length === 0) {
    throw new BadLine("names no target: add 'jti', 'session', 'subject', 'client' or 'issuer'")
  }
  // Without it everything would be revoked up to now, which is more than an import may do.
  if (alone.length === 0 && before === null) {
    throw new BadLine(`needs 'before': the revocation of a ${named[0]} has a time`)
  }
  const reason = textOf(members, 'reason')
  const actor = textOf(members, 'actor')
  return {
    type: 'revocation',
    target: target as unknown as Target,
    options: { ...(before && { before }), ...(reason && { reason }), ...(actor && { actor }) },
    expiresAt: numericDateOf(members, 'exp'),
  }
}

function sessionLine(members: Members): SessionLine {
  checkNames(members, SESSION)
  const { claims, data } = members
  const scope = textOf(members, 'scope')
  const label = textOf(members, 'label')
  for (const [name, value] of Object.entries({ claims, data })) {
    const isObject = typeof value === 'object' && !Array.isArray(value)
    if (value !== undefined && !isObject) throw new BadLine(`'${name}' must be an object`)
  }
  return {
    type: 'session',
    from: idOf(members, 'session'),
    issue: {
      subject: idOf(members, 'subject'),
      client: idOf(members, 'client'),
      ...(scope && { scope }),
      ...(label && { label }),
      ...(claims ? { claims } : {}),
      ...(data ? { data } : {}),
    },
    expiresAt: numericDateOf(members, 'exp'),
  }
}
