import * as v from 'valibot'
import { InvalidInput } from '../errors.ts'
import { isName, MAX_NAME } from '../scopes/ids.ts'

/** Checks what a developer passed; nothing was sent anywhere yet. */
export function parse<T>(schema: v.GenericSchema<unknown, T>, input: unknown, at = ''): T {
  const parsed = v.safeParse(schema, input, { abortEarly: true })
  if (parsed.success) return parsed.output
  const issue = parsed.issues[0]
  const path = [at, v.getDotPath(issue)].filter(Boolean).join('.')
  throw new InvalidInput(path, messageOf(issue))
}

// The received value is never quoted: it may be a secret.
function messageOf(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'strict_object' && issue.expected === 'never')
    return 'unknown property; remove it.'
  if (issue.received === 'undefined' && issue.type !== 'custom') {
    return issue.expected ? `required; it must not be undefined.` : issue.message
  }
  return OWN.has(issue.type) ? issue.message : `must be ${issue.expected}.`
}

const OWN = new Set(['custom', 'check', 'transform', 'raw_check'])

/** An id: 1 to 1,024 well-formed UTF-16 units. */
export const name: v.GenericSchema<unknown, string> = v.custom<string>(
  isName,
  `must be a string of 1 to ${MAX_NAME} well-formed UTF-16 units.`,
)

/** One id or several. */
export const names: v.GenericSchema<unknown, string | readonly string[]> = v.pipe(
  v.custom<string | readonly string[]>(
    (value) => isName(value) || (Array.isArray(value) && value.length > 0 && value.every(isName)),
    'must be a non-empty string, or a list of them.',
  ),
  // A copy: the caller may change the list while a call is under way.
  v.transform((value) => (typeof value === 'string' ? value : [...value])),
)

export const text: v.GenericSchema<unknown, string> = v.custom<string>(
  (value) => typeof value === 'string' && value.length <= MAX_NAME && value.isWellFormed(),
  `must be a well-formed string of at most ${MAX_NAME} UTF-16 units.`,
)

/** The key of a record, as list() gives it: 64 hex digits. */
export const recordKey: v.GenericSchema<unknown, string> = v.custom<string>(
  (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value),
  'must be a record or cursor as list() gives it.',
)
