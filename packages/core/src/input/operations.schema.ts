import * as v from 'valibot'
import { parse, recordKey } from './parse.ts'
import { integer } from './primitives.ts'

const listSchema = v.strictObject({
  kind: v.exactOptional(v.picklist(['token', 'session'])),
  limit: v.exactOptional(integer(1, 1000), 100),
  cursor: v.exactOptional(recordKey),
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
