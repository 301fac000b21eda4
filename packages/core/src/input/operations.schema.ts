import * as v from 'valibot'
import type { ListPosition } from '../adapter/contract.ts'
import { parse } from './parse.ts'
import { integer } from './primitives.ts'

/** A place in a list, opaque for the caller. */
export const cursor: v.GenericSchema<unknown, ListPosition> = v.pipe(
  v.custom<string>(
    (value) =>
      typeof value === 'string' &&
      /^[0-9a-z]{1,11}\.[\w-]{24}$/.test(value) &&
      Number.isSafeInteger(createdAtOf(value)),
    'must be a cursor, as in the page before.',
  ),
  v.transform((text) => ({ createdAt: createdAtOf(text), key: text.slice(text.indexOf('.') + 1) })),
)

function createdAtOf(cursor: string): number {
  // Parsed up to the dot, which is no digit.
  return Number.parseInt(cursor, 36)
}

/** As {@link cursor} reads it. */
export function cursorOf({ createdAt, key }: ListPosition): string {
  return `${createdAt.toString(36)}.${key}`
}

const listSchema = v.strictObject({
  kind: v.exactOptional(v.picklist(['token', 'session'])),
  limit: v.exactOptional(integer(1, 1000), 100),
  cursor: v.exactOptional(cursor),
})
const pruneSchema = v.strictObject({
  limit: v.exactOptional(integer(1)),
  dryRun: v.exactOptional(v.boolean(), false),
  onProgress: v.exactOptional(
    v.custom<(deleted: number) => void>(
      (value) => typeof value === 'function',
      'must be a function of the number of records deleted so far.',
    ),
  ),
})
const prepareSchema = v.strictObject({ dryRun: v.exactOptional(v.boolean(), false) })

export const parseListOptions = (input: object = {}): v.InferOutput<typeof listSchema> =>
  parse(listSchema, input, 'options')
export const parsePruneOptions = (input: object = {}): v.InferOutput<typeof pruneSchema> =>
  parse(pruneSchema, input, 'options')
export const parsePrepareOptions = (input: object = {}): v.InferOutput<typeof prepareSchema> =>
  parse(prepareSchema, input, 'options')
