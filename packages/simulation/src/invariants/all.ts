import type { History, Violation } from '../history.ts'
import { accepted } from './accepted.ts'
import { consumed } from './consumed.ts'
import { errors } from './errors.ts'
import { life } from './life.ts'
import { prunes } from './prunes.ts'
import { rotated } from './rotated.ts'
import { stamps } from './stamps.ts'
import { updates } from './updates.ts'

export type Invariant = (history: History) => Iterable<Violation>

/** Each is checked after every schedule, from what was invoked and acknowledged and in which order. */
export const invariants: readonly Invariant[] = [
  errors,
  accepted,
  life,
  consumed,
  rotated,
  stamps,
  prunes,
  updates,
]
