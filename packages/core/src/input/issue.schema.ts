import * as v from 'valibot'
import { InvalidInput } from '../errors.ts'
import { unsafeMember } from '../jwt/member-names.ts'
import type { IssueOptions, RotateOptions } from '../types/call-options.ts'
import { duration } from './duration.ts'
import { name, names, parse } from './parse.ts'
import { scope } from './verify.schema.ts'

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

/** Further claims: a JSON object without the registered ones, which the instance sets itself. */
export function checkClaims(claims: unknown, at = 'claims'): object {
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) {
    throw new InvalidInput(at, 'must be an object, or a function that answers one.')
  }
  for (const [key, value] of Object.entries(claims)) {
    if (value === undefined)
      throw new InvalidInput(`${at}.${key}`, 'must not be undefined; leave it out.')
  }
  const json = asJson(claims, at)
  const reserved = Object.keys(json).find((key) => RESERVED.has(key))
  if (reserved !== undefined)
    throw new InvalidInput(`${at}.${reserved}`, 'a reserved claim; the instance sets it itself.')
  const unsafe = unsafeMember(json)
  if (unsafe !== null)
    throw new InvalidInput(`${at}.${unsafe}`, 'not a safe name for a member of an object.')
  return json
}

/** Members within members that claims may have. */
const MAX_DEPTH = 64

/** Whether claims are nested deeper than other libraries can be expected to read. */
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

/** As it is signed: what a `toJSON` makes of it is looked at, and not what it was. */
function asJson(claims: object, at: string): object {
  let json: unknown
  try {
    json = JSON.parse(JSON.stringify(claims))
  } catch (cause) {
    throw new InvalidInput(at, 'must be JSON: no cycles, no bigint.', cause)
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new InvalidInput(at, 'must be an object as JSON, too.')
  if (isTooDeep(json))
    throw new InvalidInput(at, `must not be nested deeper than ${MAX_DEPTH} levels.`)
  return json
}

const claims = v.custom<object | (() => unknown)>(
  (value) => typeof value === 'function' || (typeof value === 'object' && value !== null),
  'must be an object, or a function that answers one.',
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
  return v.strictObject({
    subject: name,
    client: name,
    audience: v.exactOptional(names),
    scope: v.exactOptional(scope),
    claims: v.exactOptional(claims),
    lifetime: v.exactOptional(duration(1, maxLifetime)),
    refresh: v.exactOptional(v.boolean(), true),
  })
}

/** @param longest the instance's lifetime of access tokens, ms */
export function parseIssueOptions(input: IssueOptions, maxLifetime: number): ParsedIssueOptions {
  return parse(issueSchema(maxLifetime), input, 'options')
}
