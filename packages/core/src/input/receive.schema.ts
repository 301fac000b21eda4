import * as v from 'valibot'
import { InvalidInput } from '../errors.ts'
import { isName } from '../scopes/ids.ts'
import type { MessageClaims } from '../types/messages.ts'
import { duration } from './duration.ts'
import { names, parse } from './parse.ts'

const MAX_AGE_MS = 30 * 86_400_000

const schema = v.strictObject({
  typ: v.custom<string | null>(
    (value) => value === null || isName(value),
    'must be a string, or null.',
  ),
  audience: names,
  maxAge: v.exactOptional(duration(1000, MAX_AGE_MS), '7d'),
})

export const parseReceiveOptions = (input: object): v.InferOutput<typeof schema> =>
  parse(schema, input, 'options')

/** What acts on a message. It may be async. */
export type Act = (claims: MessageClaims) => unknown

export function parseAct(act: unknown): Act {
  if (typeof act === 'function') return act as Act
  throw new InvalidInput('act', 'must be a function.')
}
