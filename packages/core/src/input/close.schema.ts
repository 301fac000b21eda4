import * as v from 'valibot'
import type { CloseOptions } from '../types/call-options.ts'
import { duration } from './duration.ts'
import { parse } from './parse.ts'

const schema = v.strictObject({ drain: v.exactOptional(duration(0, 300_000), '0s') })

/** @returns `drain` in ms */
export function parseCloseOptions(options: CloseOptions = {}): v.InferOutput<typeof schema> {
  return parse(schema, options, 'options')
}
