import { InvalidInput, parseNamespace, parseObject } from '@tokenward/core/adapter'
import type { MemoryRecords } from './records.ts'

/** @throws InvalidInput when the repository is made, and not in the middle of a later call */
export function parseOptions(options: unknown = {}): {
  readonly namespace: string
  readonly records: MemoryRecords
} {
  const { namespace, records = new Map() } = parseObject('options', options, [
    'namespace',
    'records',
  ])
  if (!(records instanceof Map)) {
    throw new InvalidInput('records', 'must be a Map of namespaces to Maps of keys to records.')
  }
  return { namespace: parseNamespace(namespace), records }
}
