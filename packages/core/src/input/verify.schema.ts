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
const requirements = {
  audience: v.exactOptional(names),
  scope: v.exactOptional(scope),
  acceptKeyBound: v.exactOptional(v.boolean()),
}

const verifySchema = v.strictObject({
  ...requirements,
  kind,
  data: v.exactOptional(v.boolean(), false),
})
const consumeSchema = v.strictObject({
  ...requirements,
  kind,
  idempotencyKey: v.exactOptional(name),
})
type ParsedVerifyOptions = v.InferOutput<typeof verifySchema>
const DEFAULT_OPTIONS: ParsedVerifyOptions = { kind: 'access', data: false }

export function parseVerifyOptions(input: VerifyOptions | undefined): ParsedVerifyOptions {
  // The usual case, without a schema to run.
  return input === undefined ? DEFAULT_OPTIONS : parse(verifySchema, input, 'options')
}
export const parseConsumeOptions = (input: object = {}): v.InferOutput<typeof consumeSchema> =>
  parse(consumeSchema, input, 'options')
