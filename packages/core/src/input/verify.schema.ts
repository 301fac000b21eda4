import * as v from 'valibot'
import type { VerifyOptions } from '../types/call-options.ts'
import { name, names, parse } from './parse.ts'

/** `scope` (RFC 6749 §3.3). */
export const scope = v.custom<string>(
  (value) =>
    typeof value === 'string' &&
    value.length <= 4096 &&
    /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(value),
  'must be scope tokens separated by single spaces (RFC 6749 §3.3).',
)

const kind = v.exactOptional(v.picklist(['access', 'refresh']), 'access')
const wantEntries = { audience: v.exactOptional(names), scope: v.exactOptional(scope) }

const wantSchema = v.strictObject({ ...wantEntries, kind })
const consumeSchema = v.strictObject({
  ...wantEntries,
  kind,
  idempotencyKey: v.exactOptional(name),
})
type ParsedWant = v.InferOutput<typeof wantSchema>
const DEFAULT_WANT: ParsedWant = { kind: 'access' }

export function parseVerifyOptions(input: VerifyOptions | undefined): ParsedWant {
  // What every request asks: nothing of its own.
  return input === undefined ? DEFAULT_WANT : parse(wantSchema, input, 'options')
}
export const parseConsume = (input: object = {}): v.InferOutput<typeof consumeSchema> =>
  parse(consumeSchema, input, 'options')
