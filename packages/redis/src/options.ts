import { type Durability, InvalidInput } from '@tokenward/core/adapter'

export interface RedisStoreOptions {
  /** Keeps the records of several instances apart on one server. Default: `default`. */
  readonly namespace?: string
  /**
   * What the operator vouches for, whatever `open()` finds: findings are still reported, and lower
   * it no more. For what Redis cannot see, as a disk with a battery, or somebody who revokes
   * everything after a failover.
   */
  readonly assume?: { readonly durability?: Durability }
}

const MAX_NAMESPACE = 1024
const DURABILITIES: readonly unknown[] = ['durable', 'evicting', 'reverting'] satisfies Durability[]

/** @throws InvalidInput */
export function parseOptions(options: unknown = {}): Required<RedisStoreOptions> {
  const { namespace = 'default', assume = {} } = objectOf('options', options, [
    'namespace',
    'assume',
  ])
  if (!isNamespace(namespace)) {
    const what = `must be a string of 1 to ${MAX_NAMESPACE} well-formed UTF-16 units.`
    throw new InvalidInput('namespace', what)
  }
  const { durability } = objectOf('assume', assume, ['durability'])
  if (durability === undefined) return { namespace, assume: {} }
  if (!DURABILITIES.includes(durability))
    throw new InvalidInput('assume.durability', `must be one of ${DURABILITIES.join(', ')}.`)
  return { namespace, assume: { durability: durability as Durability } }
}

/** A misspelled name would be a default. */
function objectOf(path: string, value: unknown, names: readonly string[]): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InvalidInput(path, `must be an object with ${names.join(', ')}.`)
  if (Object.keys(value).some((name) => !names.includes(name)))
    throw new InvalidInput(path, `may have no other property than ${names.join(', ')}.`)
  return value as Record<string, unknown>
}

/** Text that is not well-formed might be stored as another name. */
function isNamespace(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length >= 1 &&
    value.length <= MAX_NAMESPACE &&
    value.isWellFormed()
  )
}
