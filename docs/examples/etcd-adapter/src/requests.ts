import type { Write } from '@tokenward/core/adapter'
import type { Keys } from './keys.ts'
import { revisionOf, type Stored, toValue } from './records.ts'

// The messages of etcd's v3 API in JSON, as far as they are used. Keys and values are base64, numbers of 64
// bits are strings, and what is false or empty is left out. https://etcd.io/docs/v3.4/dev-guide/api_grpc_gateway/

interface Compare {
  readonly key: string
  readonly target: 'VALUE' | 'CREATE' | 'MOD'
  readonly result: 'EQUAL' | 'GREATER' | 'LESS'
  readonly value?: string
  readonly create_revision?: string
  readonly mod_revision?: string
}

type Operation =
  | { readonly request_put: { readonly key: string; readonly value: string } }
  | { readonly request_range: Range }
  | { readonly request_delete_range: { readonly key: string } }
  | { readonly request_txn: Txn }

export interface Range {
  readonly key: string
  readonly range_end?: string
  readonly limit?: number
  readonly keys_only?: boolean
}

/** All comparisons hold: `success` is done, in one atomic step. Otherwise: `failure`. */
export interface Txn {
  readonly compare?: readonly Compare[]
  readonly success?: readonly Operation[]
  readonly failure?: readonly Operation[]
}

export interface RangeReply {
  readonly kvs?: readonly {
    readonly key: string
    readonly value?: string
    readonly mod_revision: string
  }[]
}

export interface TxnReply {
  readonly succeeded?: boolean
  readonly responses?: readonly {
    readonly response_range?: RangeReply
    readonly response_txn?: TxnReply
  }[]
}

const encode = (text: string): string => Buffer.from(text).toString('base64')
export const decode = (base64: string): string => Buffer.from(base64, 'base64').toString()

/** One linearizable read of all keys: `serializable`, which any member answers by itself, is never set. */
export function readAll(keys: readonly string[]): Txn {
  return { success: keys.map((key) => ({ request_range: { key: encode(key) } })) }
}

export function storedIn({ responses = [] }: TxnReply, count: number): readonly (Stored | null)[] {
  if (responses.length !== count) throw new Error('etcd: the reply has another number of entries')
  return responses.map(({ response_range }) => {
    const [found] = response_range?.kvs ?? []
    return found ? { value: decode(found.value ?? ''), revision: found.mod_revision } : null
  })
}

/** Each entry is a transaction of its own inside one request. */
export function writeAll(keys: Keys, writes: readonly Write[]): Txn {
  return { success: writes.map((write) => ({ request_txn: compareAndSet(keys, write) })) }
}

function compareAndSet(keys: Keys, { record, expected }: Write): Txn {
  const key = encode(keys.record(record.key))
  const entry = encode(keys.retention(record.retainUntil, record.key))
  return {
    compare: expected === null ? [isAbsent(key)] : hasEtag(key, expected),
    success: [
      { request_put: { key, value: encode(toValue(record)) } },
      { request_put: { key: entry, value: '' } },
    ],
    // This very write was stored before, and its reply was lost: then the comparisons hold here.
    failure: [{ request_txn: { compare: hasEtag(key, record.etag) } }],
  }
}

export function writtenIn({ responses = [] }: TxnReply, count: number): readonly boolean[] {
  if (responses.length !== count) throw new Error('etcd: the reply has another number of entries')
  return responses.map(({ response_txn }) => {
    if (response_txn?.succeeded === true) return true
    return response_txn?.responses?.[0]?.response_txn?.succeeded === true
  })
}

function isAbsent(key: string): Compare {
  return { key, target: 'CREATE', result: 'EQUAL', create_revision: '0' }
}

/**
 * The value begins with the etag and a blank. etcd compares whole values: the etag with a blank is less than
 * every such value, and the etag with `!`, the character after the blank, is greater. An etag contains no
 * blank, so no other etag is in between.
 */
function hasEtag(key: string, etag: string): readonly Compare[] {
  const revision = revisionOf(etag)
  if (revision !== null) {
    return [{ key, target: 'MOD', result: 'EQUAL', mod_revision: revision }]
  }
  return [
    { key, target: 'VALUE', result: 'GREATER', value: encode(`${etag} `) },
    { key, target: 'VALUE', result: 'LESS', value: encode(`${etag}!`) },
  ]
}

/** @param range from the first key up to the second */
export function findEntries([from, to]: readonly [string, string], limit: number): Range {
  return { key: encode(from), range_end: encode(to), limit, keys_only: true }
}

/** Deletes the record if it is as it was read, and the entry in any case. */
export function pruneEntry(entry: string, record: string, revision: string | null): Txn {
  const deletion = (key: string): Operation => ({ request_delete_range: { key: encode(key) } })
  if (revision === null) return { success: [deletion(entry)] }
  return {
    compare: [{ key: encode(record), target: 'MOD', result: 'EQUAL', mod_revision: revision }],
    success: [deletion(record), deletion(entry)],
  }
}
