import type { Target } from '@tokenward/core'
import { UsageError } from '../usage-error.ts'
import type { SCOPE, SINGLE, Values } from './options.ts'

export type TargetValues = Values<typeof SCOPE & typeof SINGLE>

const NAMES = [
  'everything',
  'whole-issuer',
  'record',
  'jti',
  'session',
  'client',
  'subject',
] as const

/** Whether any of the options names a target; `--issuer` alone is none. */
export function namesTarget(values: TargetValues): boolean {
  return NAMES.some((name) => values[name] !== undefined)
}

/** What to list, explain or revoke. One that is named by halves is refused, never widened. */
export function targetOf(values: TargetValues, needsIssuer: boolean): Target {
  const { issuer, record } = values
  const named = NAMES.filter((name) => values[name] !== undefined).join()
  if (named === 'everything' || named === 'record') {
    if (issuer !== undefined) throw beyondIssuers(named)
    return record === undefined ? { everything: true } : { record }
  }
  if (!TOGETHER.has(named)) throw unclear(named)
  if (issuer !== undefined) return { issuer, ...ids(values) } as Target
  if (needsIssuer || named === 'whole-issuer') {
    throw new UsageError('Add --issuer URL: whose? A store alone does not say it.')
  }
  return ids(values) as Target
}

/** Of one issuer: what may be named alone, and what together. */
const TOGETHER = new Set(['whole-issuer', 'jti', 'session', 'client', 'subject', 'client,subject'])

function ids({ jti, session, client, subject }: TargetValues): object {
  return {
    ...(jti !== undefined && { jti }),
    ...(session !== undefined && { session }),
    ...(client !== undefined && { client }),
    ...(subject !== undefined && { subject }),
  }
}

function unclear(named: string): UsageError {
  return new UsageError(
    named === ''
      ? 'Of what? Add one of --subject, --client, --session, --jti, --record, --whole-issuer, --everything, as the command takes them.'
      : `${dashed(named)} do not go together: one of them, or --subject with --client.`,
  )
}

function beyondIssuers(named: string): UsageError {
  return new UsageError(
    `--${named} is not of one issuer: leave --issuer out, or take --whole-issuer for all of that issuer.`,
  )
}

function dashed(named: string): string {
  return named
    .split(',')
    .map((name) => `--${name}`)
    .join(' and ')
}
