import { InvalidInput } from '../errors.ts'
import type { Durability } from './capabilities.ts'

/** The options that the factory of every store with settings takes. */
export interface StoreOptions {
  /**
   * Separates the records of several instances in one store: 1 to 1024 bytes of UTF-8.
   * @default 'default'
   */
  readonly namespace?: string
  /**
   * Capabilities that you guarantee, whatever `open()` finds: its findings are still reported, but do
   * not lower these. For what the store cannot see: a disk with a battery, or an operator who revokes
   * everything after a failover.
   * @default {}
   */
  readonly assume?: Assumed
}

/** What an operator can guarantee in place of the store. */
export interface Assumed {
  readonly durability?: Durability
  /** Reads are never older than what was acknowledged: with a network that is never partitioned, for example. */
  readonly linearizable?: true
}

const DURABILITIES: readonly Durability[] = ['durable', 'evicting', 'reverting']

const MAX_NAME_BYTES = 1024
const DEFAULT_NAMESPACE = 'default'

/** The options `namespace` and `assume` with their defaults. @throws InvalidInput for anything else */
export function parseStoreOptions(options: unknown = {}): Required<StoreOptions> {
  const { namespace, assume } = parseObject('options', options, ['namespace', 'assume'])
  return { namespace: parseNamespace(namespace), assume: parseAssumed(assume) }
}

/**
 * An object with no other properties than `names`: a misspelled option would silently be the default.
 * @param path of the object, as in `assume`; `options` for the argument itself
 * @throws InvalidInput
 */
export function parseObject<Name extends string>(
  path: string,
  value: unknown,
  names: readonly Name[],
): Partial<Record<Name, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidInput(path, `must be an object: { ${names.join(', ')} }.`)
  }
  for (const [name, member] of Object.entries(value)) {
    const where = path === 'options' ? name : `${path}.${name}`
    if (!names.some((known) => known === name)) {
      throw new InvalidInput(where, `is not an option; the options are: ${names.join(', ')}.`)
    }
    // An environment variable that is not set must not become the default.
    if (member === undefined) throw new InvalidInput(where, 'must not be undefined: leave it out.')
  }
  return value
}

/** @throws InvalidInput unless it is a name, or `undefined` for the default */
export function parseNamespace(value: unknown): string {
  return value === undefined ? DEFAULT_NAMESPACE : parseName('namespace', value)
}

/**
 * A string that every store keeps unchanged, and that is short enough for an index. Text that is not
 * well-formed Unicode could be stored as another name.
 * @throws InvalidInput
 */
export function parseName(path: string, value: unknown): string {
  const isText = typeof value === 'string' && value !== '' && value.isWellFormed()
  if (isText && new TextEncoder().encode(value).length <= MAX_NAME_BYTES) return value
  throw new InvalidInput(path, `must be well-formed text of 1 to ${MAX_NAME_BYTES} bytes of UTF-8.`)
}

/** The option `assume`. @throws InvalidInput */
export function parseAssumed(value: unknown = {}): Assumed {
  const { durability, linearizable } = parseObject('assume', value, ['durability', 'linearizable'])
  if (linearizable !== undefined && linearizable !== true) {
    throw new InvalidInput('assume.linearizable', 'must be true, or left out.')
  }
  return {
    ...(durability !== undefined && {
      durability: parseOneOf('assume.durability', durability, DURABILITIES),
    }),
    ...(linearizable && { linearizable }),
  }
}

/** @throws InvalidInput that lists what is allowed */
export function parseOneOf<T extends string>(
  path: string,
  value: unknown,
  allowed: readonly T[],
): T {
  const match = allowed.find((each) => each === value)
  if (match !== undefined) return match
  throw new InvalidInput(path, `must be one of ${allowed.join(', ')}.`)
}
