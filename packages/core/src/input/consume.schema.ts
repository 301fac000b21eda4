import * as v from 'valibot'
import { name, parse } from './parse.ts'
import { requirements } from './verify.schema.ts'

const schema = v.strictObject({ ...requirements, idempotencyKey: v.exactOptional(name) })

export const parseConsumeOptions = (input: object = {}): v.InferOutput<typeof schema> =>
  parse(schema, input, 'options')
