import * as v from 'valibot'
import type { VerifyOptions } from '../types/call-options.ts'
import { names, parse } from './parse.ts'

/** `scope` (RFC 6749 §3.3). */
export const scope = v.custom<string>(
  (value) =>
    typeof value === 'string' &&
    value.length <= 4096 &&
    /^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(value),
  'must be scope tokens separated by single spaces (RFC 6749 §3.3).',
)

/** What `consume` requires too. */
export const requirements = {
  audience: v.exactOptional(names),
  scope: v.exactOptional(scope),
  acceptKeyBound: v.exactOptional(v.boolean()),
  kind: v.exactOptional(v.picklist(['access', 'refresh']), 'access'),
}

const verifySchema = v.strictObject({
  ...requirements,
  data: v.exactOptional(v.boolean(), false),
})
type ParsedVerifyOptions = v.InferOutput<typeof verifySchema>
const DEFAULT_OPTIONS: ParsedVerifyOptions = { kind: 'access', data: false }

export function parseVerifyOptions(input: VerifyOptions | undefined): ParsedVerifyOptions {
  // The usual case, without a schema to run.
  return input === undefined ? DEFAULT_OPTIONS : parse(verifySchema, input, 'options')
}
