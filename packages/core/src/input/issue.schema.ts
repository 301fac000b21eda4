import * as v from 'valibot'
import { InvalidInput } from '../errors.ts'
import { unsafeMember } from '../jwt/member-names.ts'
import { eachMember, principalClaims } from '../scopes/scopes.ts'
import type { IssueOptions, RotateOptions } from '../types/call-options.ts'
import { label } from './data.schema.ts'
import { duration } from './duration.ts'
import { name, names, parse } from './parse.ts'
import { integer } from './primitives.ts'
import { scope } from './verify.schema.ts'

const RESERVED: ReadonlySet<string> = new Set([
  ...principalClaims,
  'aud',
  'exp',
  'nbf',
  'iat',
  'jti',
  'scope',
  'tw',
  'cnf',
])

/**
 * Checks the claims of the application: a JSON object without the claims that the instance sets.
 * @returns the claims as they will be signed
 * @throws `TOKENWARD_INVALID_INPUT`
 */
export function checkClaims(claims: unknown, path = 'claims'): object {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
    throw new InvalidInput(path, 'must be an object, or a function that returns one.')
  }
  // First, because it is the one that reports getters that throw.
  const json = asJson(claims, path)
  for (const [key, value] of Object.entries(claims)) {
    if (value === undefined)
      throw new InvalidInput(`${path}.${key}`, 'must not be undefined: leave it out.')
  }
  const reserved = Object.keys(json).find((key) => RESERVED.has(key))
  if (reserved !== undefined)
    throw new InvalidInput(
      `${path}.${reserved}`,
      'is a reserved claim, which the instance sets: remove it.',
    )
  const unsafe = unsafeMember(json)
  if (unsafe !== null)
    throw new InvalidInput(`${path}.${unsafe}`, 'is not a safe name in an object: rename it.')
  return json
}

/** How deeply claims may be nested. */
const MAX_DEPTH = 64

/** Other libraries may not be able to read claims that are nested more deeply. */
function isTooDeep(claims: object): boolean {
  let level: object[] = [claims]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return true
    level = level
      .flatMap((one) => Object.values(one))
      .filter((value) => typeof value === 'object' && value !== null)
  }
  return false
}

/** The claims as JSON, with the results of `toJSON` methods. */
function asJson(claims: object, path: string): object {
  let json: unknown
  try {
    json = JSON.parse(JSON.stringify(claims))
  } catch (cause) {
    throw new InvalidInput(
      path,
      'must be convertible to JSON: no cycles, no bigint, no getters that throw.',
      cause,
    )
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new InvalidInput(path, 'must be an object after conversion to JSON, too.')
  if (isTooDeep(json))
    throw new InvalidInput(path, `must not be nested more than ${MAX_DEPTH} levels deep.`)
  return json
}

const claims = v.custom<object | (() => unknown)>(
  (value) => typeof value === 'function' || (typeof value === 'object' && value !== null),
  'must be an object, or a function that returns one.',
)

const rotateSchema = v.strictObject({
  client: v.exactOptional(name),
  scope: v.exactOptional(scope),
  claims: v.exactOptional(claims),
})
export const parseRotateOptions = (input: RotateOptions = {}): v.InferOutput<typeof rotateSchema> =>
  parse(rotateSchema, input, 'options')
export type ParsedIssueOptions = v.InferOutput<ReturnType<typeof issueSchema>>

function issueSchema(maxLifetime: number) {
  // What else a principal has is optional: only subject and client are required, below.
  const { session: _, ...members } = eachMember(v.exactOptional(name))
  return v.strictObject({
    ...members,
    subject: name,
    client: name,
    audience: v.exactOptional(names),
    scope: v.exactOptional(scope),
    claims: v.exactOptional(claims),
    lifetime: v.exactOptional(duration(1, maxLifetime)),
    refresh: v.exactOptional(v.boolean(), true),
    data: v.exactOptional(v.unknown()),
    label: v.exactOptional(label),
    maxSessions: v.exactOptional(integer(1)),
  })
}

/** @param maxLifetime the instance's lifetime of access tokens, in ms */
export function parseIssueOptions(input: IssueOptions, maxLifetime: number): ParsedIssueOptions {
  return parse(issueSchema(maxLifetime), input, 'options')
}
