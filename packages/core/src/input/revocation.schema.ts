import * as v from 'valibot'
import { InvalidInput } from '../errors.ts'
import type { RevokeTargetOptions, RevokeTokenOptions } from '../types/revoke-options.ts'
import { name, parse, text } from './parse.ts'

const noteEntries = { reason: v.exactOptional(text), actor: v.exactOptional(text) }
const revokeTokenSchema = v.strictObject({
  ...noteEntries,
  cascade: v.exactOptional(v.boolean(), false),
  client: v.exactOptional(name),
})
export const parseRevokeToken = (
  input: RevokeTokenOptions = {},
): v.InferOutput<typeof revokeTokenSchema> => parse(revokeTokenSchema, input, 'options')

/** Before it, the instant must be in seconds: 1973 in ms. */
const EARLIEST = 1e11

export interface ParsedRevoke {
  readonly kind: 'now' | 'access' | 'before'
  readonly before?: number
  readonly note: { readonly reason?: string; readonly actor?: string }
}

const revokeSchema = v.strictObject({
  ...noteEntries,
  before: v.exactOptional(v.union([v.date(), v.number()])),
  only: v.exactOptional(v.literal('access')),
})

export function parseRevoke(input: RevokeTargetOptions = {}, now: number): ParsedRevoke {
  const { before, only, ...note } = parse(revokeSchema, input, 'options')
  if (before === undefined) return { kind: only === undefined ? 'now' : 'access', note }
  if (only !== undefined)
    throw new InvalidInput(
      'options.only',
      "cannot go with 'before': access tokens carry no such instant.",
    )
  const ms = Math.floor(Number(before))
  if (!(ms >= EARLIEST))
    throw new InvalidInput(
      'options.before',
      'must be a Date, or epoch ms (this looks like seconds).',
    )
  if (ms > now) throw new InvalidInput('options.before', 'must not be in the future.')
  return { kind: 'before', before: ms, note }
}
