import * as v from 'valibot'
import { InvalidInput, UnsupportedOperation } from '../errors.ts'
import { toJson } from './json.ts'
import { cursor } from './operations.schema.ts'
import { name, parse } from './parse.ts'
import { integer } from './primitives.ts'

const utf8 = new TextEncoder()

/** Without keys there would be no way to store it but in plain text. */
export function requireSealing(option: string, hasSealing: boolean): void {
  if (hasSealing) return
  throw new UnsupportedOperation(
    `'${option}' needs the option 'sealing' of the instance: create a key with \`tokenward keygen --sealing\`.`,
  )
}

/**
 * Checks the data of the application: a JSON object that is not too large.
 * @returns a copy, as it will be stored
 * @throws `TOKENWARD_INVALID_INPUT`
 */
export function checkData(data: unknown, maxBytes: number, path = 'options.data'): object {
  if (typeof data !== 'object' || data === null) throw new InvalidInput(path, 'must be an object.')
  const json = toJson(data, path)
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw new InvalidInput(path, 'must be an object.')
  const bytes = utf8.encode(JSON.stringify(json)).length
  if (bytes > maxBytes)
    throw new InvalidInput(
      path,
      `has ${bytes} bytes of JSON, more than the maximum of ${maxBytes}.`,
    )
  return json
}

const MAX_LABEL_LENGTH = 128

export const label: v.GenericSchema<unknown, string> = v.custom<string>(
  (value) =>
    typeof value === 'string' &&
    value.length >= 1 &&
    value.length <= MAX_LABEL_LENGTH &&
    value.isWellFormed(),
  `must be a well-formed string of 1 to ${MAX_LABEL_LENGTH} UTF-16 code units.`,
)

const limit = v.exactOptional(integer(1, 1000), 100)
const sessionsTarget = v.strictObject({ subject: name, client: v.exactOptional(name) })
const sessionsSchema = v.strictObject({
  limit,
  cursor: v.exactOptional(cursor),
  data: v.exactOptional(v.boolean(), false),
})
const progress = v.exactOptional(
  v.custom<(done: never) => unknown>((value) => typeof value === 'function', 'must be a function.'),
)
const abortSignal = v.custom<AbortSignal>(
  (value) => value instanceof AbortSignal,
  'must be an AbortSignal.',
)
const resealSchema = v.strictObject({
  limit: v.exactOptional(integer(1)),
  cursor: v.exactOptional(cursor),
  dryRun: v.exactOptional(v.boolean(), false),
  signal: v.exactOptional(abortSignal),
  onProgress: progress,
})
const eraseTarget = v.strictObject({ subject: name })
const eraseSchema = v.strictObject({ onProgress: progress })

export const parseSessionsTarget = (input: object): v.InferOutput<typeof sessionsTarget> =>
  parse(sessionsTarget, input, 'target')
export const parseSessionsOptions = (input: object = {}): v.InferOutput<typeof sessionsSchema> =>
  parse(sessionsSchema, input, 'options')
export const parseResealOptions = (input: object = {}): v.InferOutput<typeof resealSchema> =>
  parse(resealSchema, input, 'options')
export const parseEraseTarget = (input: object): v.InferOutput<typeof eraseTarget> =>
  parse(eraseTarget, input, 'target')
export const parseEraseOptions = (input: object = {}): v.InferOutput<typeof eraseSchema> =>
  parse(eraseSchema, input, 'options')
