import * as v from 'valibot'
import { InvalidInput } from '../errors/errors.ts'
import { duration } from './duration.ts'
import type { Change, Grant, Want } from './grant.ts'
import { name, names, parse, recordKey, text } from './parse.ts'
import type { RevokeTargetOptions, RevokeTokenOptions } from './target.ts'

const scope = v.custom<string>(
  (value) =>
    typeof value === 'string' &&
    value.length <= 4096 &&
    /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(value),
  'must be scope tokens separated by single spaces (RFC 6749 §3.3).',
)

const RESERVED = new Set([
  'iss',
  'sub',
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'client_id',
  'scope',
  'sid',
  'tw',
  'cnf',
])

/** Further claims: a JSON object without the registered ones, which the ward sets itself. */
export function checkClaims(claims: unknown, at = 'claims'): object {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
    throw new InvalidInput(at, 'must be an object, or a function that answers one.')
  }
  for (const [key, value] of Object.entries(claims)) {
    if (RESERVED.has(key))
      throw new InvalidInput(`${at}.${key}`, 'a reserved claim; the ward sets it itself.')
    if (value === undefined)
      throw new InvalidInput(`${at}.${key}`, 'must not be undefined; leave it out.')
  }
  try {
    return JSON.parse(JSON.stringify(claims)) as object
  } catch (cause) {
    throw new InvalidInput(at, 'must be JSON: no cycles, no bigint.', cause)
  }
}

const claims = v.custom<object | (() => unknown)>(
  (value) => typeof value === 'function' || (typeof value === 'object' && value !== null),
  'must be an object, or a function that answers one.',
)

const kind = v.exactOptional(v.picklist(['access', 'refresh']), 'access')
const wantEntries = { audience: v.exactOptional(names), scope: v.exactOptional(scope) }
const noteEntries = { reason: v.exactOptional(text), actor: v.exactOptional(text) }

const wantSchema = v.strictObject({ ...wantEntries, kind })
const consumeSchema = v.strictObject({
  ...wantEntries,
  kind,
  idempotencyKey: v.exactOptional(name),
})
const changeSchema = v.strictObject({
  scope: v.exactOptional(scope),
  claims: v.exactOptional(claims),
})
const revokeTokenSchema = v.strictObject({
  ...noteEntries,
  cascade: v.exactOptional(v.boolean(), false),
})
const listSchema = v.strictObject({
  kind: v.exactOptional(v.picklist(['token', 'family'])),
  limit: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(1000)), 100),
  cursor: v.exactOptional(recordKey),
})
const pruneSchema = v.strictObject({
  limit: v.exactOptional(v.pipe(v.number(), v.safeInteger(), v.minValue(1)), 10_000),
  dryRun: v.exactOptional(v.boolean(), false),
})
const prepareSchema = v.strictObject({ dryRun: v.exactOptional(v.boolean(), false) })

export const parseWant = (input: Want = {}): v.InferOutput<typeof wantSchema> =>
  parse(wantSchema, input, 'want')
export const parseConsume = (input: object = {}): v.InferOutput<typeof consumeSchema> =>
  parse(consumeSchema, input, 'want')
export const parseChange = (input: Change = {}): v.InferOutput<typeof changeSchema> =>
  parse(changeSchema, input, 'change')
export const parseList = (input: object = {}): v.InferOutput<typeof listSchema> =>
  parse(listSchema, input, 'options')
export const parsePrune = (input: object = {}): v.InferOutput<typeof pruneSchema> =>
  parse(pruneSchema, input, 'options')
export const parsePrepare = (input: object = {}): v.InferOutput<typeof prepareSchema> =>
  parse(prepareSchema, input, 'options')
export const parseRevokeToken = (
  input: RevokeTokenOptions = {},
): v.InferOutput<typeof revokeTokenSchema> => parse(revokeTokenSchema, input, 'options')

export type ParsedGrant = v.InferOutput<ReturnType<typeof grantSchema>>

function grantSchema(longest: number) {
  return v.strictObject({
    subject: name,
    client: name,
    audience: v.exactOptional(names),
    scope: v.exactOptional(scope),
    claims: v.exactOptional(claims),
    lifetime: v.exactOptional(duration(1, longest)),
    refresh: v.exactOptional(v.boolean(), true),
  })
}

/** @param longest the ward's lifetime of access tokens, ms */
export function parseGrant(input: Grant, longest: number): ParsedGrant {
  return parse(grantSchema(longest), input, 'grant')
}

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
