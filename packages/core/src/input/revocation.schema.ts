import * as v from 'valibot'
import { InvalidInput } from '../errors.ts'
import { MAX_NAME_LENGTH } from '../scopes/ids.ts'
import { name, parse } from './parse.ts'

/** Free text, for a note. */
const text: v.GenericSchema<unknown, string> = v.custom<string>(
  (value) => typeof value === 'string' && value.length <= MAX_NAME_LENGTH && value.isWellFormed(),
  `must be a well-formed string of at most ${MAX_NAME_LENGTH} UTF-16 code units.`,
)

const noteEntries = { reason: v.exactOptional(text), actor: v.exactOptional(text) }
const revokeTokenSchema = v.strictObject({
  ...noteEntries,
  cascade: v.exactOptional(v.boolean(), false),
  client: v.exactOptional(name),
})
export const parseRevokeTokenOptions = (
  input: object = {},
): v.InferOutput<typeof revokeTokenSchema> => parse(revokeTokenSchema, input, 'options')

const noteSchema = v.strictObject(noteEntries)
export const parseNote = (input: object = {}): v.InferOutput<typeof noteSchema> =>
  parse(noteSchema, input, 'options')

const allExceptSchema = v.strictObject({ subject: name, except: name })
export const parseAllExcept = (input: object): v.InferOutput<typeof allExceptSchema> =>
  parse(allExceptSchema, input, 'target')

/** In 1973. A smaller number is a time in seconds. */
const EARLIEST_MS = 1e11

/** What a revocation of a target does. */
export interface ParsedRevocation {
  readonly kind: 'now' | 'access' | 'before'
  /** With the kind `before`: ms since 1970. */
  readonly before?: number
  readonly note: { readonly reason?: string; readonly actor?: string }
}

// Functions of Valibot that are used once would make every application larger.
const instant = v.custom<Date | number>(
  (value) => value instanceof Date || typeof value === 'number',
  'must be a Date, or a number of ms since 1970.',
)
const revokeSchema = v.strictObject({
  ...noteEntries,
  before: v.exactOptional(instant),
  only: v.exactOptional(v.picklist(['access'])),
})

export function parseRevokeTargetOptions(input: object = {}, now: number): ParsedRevocation {
  const { before, only, ...note } = parse(revokeSchema, input, 'options')
  if (before === undefined) return { kind: only === undefined ? 'now' : 'access', note }
  if (only !== undefined)
    throw new InvalidInput('options.only', "cannot be used with 'before': leave one of them out.")
  const ms = Math.floor(Number(before))
  if (!(ms >= EARLIEST_MS))
    throw new InvalidInput(
      'options.before',
      'must be a Date, or a number of ms since 1970 (this looks like seconds).',
    )
  if (ms > now) throw new InvalidInput('options.before', 'must not be in the future.')
  return { kind: 'before', before: ms, note }
}
