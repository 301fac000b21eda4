import { type Durability, InvalidInput } from '@tokenward/core/adapter'
import type { ReadConcern } from './capabilities.ts'

export interface MongodbOptions {
  /** Keeps the records of several instances apart in one collection. Default: `default`. */
  readonly namespace?: string
  /**
   * How reads are made on the primary. `majority`, the default: one query for all keys; a primary
   * that was cut off and deposed answers what it knows until it steps down, 10 s by default.
   * `linearizable`: such a primary answers nothing; one query for each key, each of which waits
   * for a majority of the members.
   */
  readonly readConcern?: ReadConcern
  /**
   * What the operator vouches for, whatever `open()` finds: findings are still reported, and lower
   * it no more.
   */
  readonly assume?: { readonly durability?: Durability }
}

const OPTIONS = ['namespace', 'readConcern', 'assume']
const READ_CONCERNS: readonly ReadConcern[] = ['majority', 'linearizable']
const DURABILITIES: readonly Durability[] = ['durable', 'evicting', 'reverting']

/** @throws InvalidInput that names the option */
export function assertOptions(options: unknown): asserts options is MongodbOptions {
  if (typeof options !== 'object' || options === null) {
    throw new InvalidInput('options', 'must be an object, as { namespace, readConcern, assume }.')
  }
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name))
  if (unknown !== undefined) {
    throw new InvalidInput(unknown, `is not an option of mongodb(): it has ${OPTIONS.join(', ')}.`)
  }
  const { namespace, readConcern, assume } = options as Record<string, unknown>
  if (namespace !== undefined) assertNamespace(namespace)
  if (readConcern !== undefined) assertOneOf('readConcern', readConcern, READ_CONCERNS)
  if (assume !== undefined) assertAssume(assume)
}

/** @throws InvalidInput for a name that would burden every index */
function assertNamespace(namespace: unknown): void {
  const isName = typeof namespace === 'string' && namespace !== '' && namespace.isWellFormed()
  if (isName && Buffer.byteLength(namespace) <= 1024) return
  throw new InvalidInput('namespace', 'must be a well-formed string of 1 to 1024 bytes of UTF-8.')
}

function assertAssume(assume: unknown): void {
  const names = typeof assume === 'object' && assume !== null ? Object.keys(assume) : ['?']
  if (names.some((name) => name !== 'durability')) {
    throw new InvalidInput('assume', "must be an object, as { durability: 'durable' }.")
  }
  const { durability } = assume as { durability?: unknown }
  if (durability !== undefined) assertOneOf('assume.durability', durability, DURABILITIES)
}

function assertOneOf(path: string, value: unknown, allowed: readonly string[]): void {
  if (typeof value === 'string' && allowed.includes(value)) return
  throw new InvalidInput(path, `must be one of ${allowed.join(', ')}.`)
}
