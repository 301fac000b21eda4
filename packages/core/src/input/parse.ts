import * as v from 'valibot'
import { InvalidInput } from '../errors.ts'
import { isName, MAX_NAME_LENGTH } from '../scopes/ids.ts'

/**
 * Checks an argument of the caller.
 * @throws `TOKENWARD_INVALID_INPUT`
 */
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
    return 'unknown property: remove it.'
  if (issue.received === 'undefined' && issue.type !== 'custom') {
    return issue.expected ? 'is required and must not be undefined.' : issue.message
  }
  return WITH_MESSAGE.has(issue.type) ? issue.message : `must be ${issue.expected}.`
}

/** The checks whose message is written here, and not by Valibot. */
const WITH_MESSAGE = new Set(['custom', 'check', 'transform', 'raw_check'])

/** An id. */
export const name: v.GenericSchema<unknown, string> = v.custom<string>(
  isName,
  `must be a well-formed string of 1 to ${MAX_NAME_LENGTH} UTF-16 code units.`,
)

/** One id or several. */
export const names: v.GenericSchema<unknown, string | readonly string[]> = v.pipe(
  v.custom<string | readonly string[]>(
    (value) => isName(value) || (Array.isArray(value) && value.length > 0 && value.every(isName)),
    'must be a non-empty string, or a list of such strings.',
  ),
  // Copied: the caller may change the list during the call.
  v.transform((value) => (typeof value === 'string' ? value : [...value])),
)
