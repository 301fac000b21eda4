import type { Target } from '@tokenward/core'
import { UsageError } from '../exit-code.ts'
import type { SCOPE, SINGLE, Values } from './spec.ts'

export type TargetValues = Values<typeof SCOPE & typeof SINGLE>

/** The options that name a target. */
export const TARGET_NAMES = [
  'everything',
  'whole-issuer',
  'record',
  'jti',
  'session',
  'client',
  'subject',
] as const

/** The targets of one issuer: which options name one, alone or together. */
const OF_AN_ISSUER = new Set([
  'whole-issuer',
  'jti',
  'session',
  'client',
  'subject',
  'client,subject',
])

/** Whether any option names a target; `--issuer` alone does not. */
export function hasTarget(values: TargetValues): boolean {
  return TARGET_NAMES.some((name) => values[name] !== undefined)
}

/** What to list, explain or revoke. An incomplete target is refused, never widened. */
export function parseTarget(values: TargetValues, fromUrl: boolean): Target {
  const { issuer, record } = values
  const named = TARGET_NAMES.filter((name) => values[name] !== undefined).join()
  if (named === 'everything' || named === 'record') {
    if (issuer !== undefined) throw notOfAnIssuer(named)
    return record === undefined ? { everything: true } : { record }
  }
  if (!OF_AN_ISSUER.has(named)) throw noSingleTarget(named)
  if (issuer !== undefined) return { issuer, ...ids(values) } as Target
  if (fromUrl) throw new UsageError('--issuer is required with --store.')
  if (named === 'whole-issuer') throw new UsageError('--issuer is required with --whole-issuer.')
  return ids(values) as Target
}

function ids({ jti, session, client, subject }: TargetValues): object {
  return {
    ...(jti !== undefined && { jti }),
    ...(session !== undefined && { session }),
    ...(client !== undefined && { client }),
    ...(subject !== undefined && { subject }),
  }
}

/** `subject ada, client web`, as a result names its target. */
export function describeTarget(target: Target): string {
  const { everything, issuer, record, jti, session, client, subject } = target
  if (everything) return 'everything'
  const named = Object.entries({ record, token: jti, session, subject, client })
    .filter(([, id]) => id !== undefined)
    .map(([name, id]) => `${name} ${id}`)
  return named.length === 0 ? `issuer ${issuer}` : named.join(', ')
}

function noSingleTarget(named: string): UsageError {
  return new UsageError(
    named === ''
      ? 'No target: add one of --subject, --client, --session, --whole-issuer, --everything; explain and revoke also take --jti and --record.'
      : `${optionNames(named)} do not go together: use one of them, or --subject with --client.`,
  )
}

function notOfAnIssuer(named: string): UsageError {
  return new UsageError(
    `--${named} does not go with --issuer: omit it, or use --whole-issuer for all tokens of the issuer.`,
  )
}

function optionNames(named: string): string {
  return named
    .split(',')
    .map((name) => `--${name}`)
    .join(' and ')
}
