import { corruptRecord, type StoredRecord, type TokenRepository } from '@tokenward/core/adapter'
import { replace } from '../../interceptors/intercept.ts'
import { mapReads, mapWrites } from './helpers.ts'
import { defineAdapters, type KnownBadAdapter } from './known-bad-adapter.ts'

/** What is stored, and what is returned. */
export const fields: readonly KnownBadAdapter[] = defineAdapters({
  'key-truncated': {
    mutation: 'the column of the key is too short, and truncates it silently',
    caughtBy: 'full-key-compared',
    failureMatches: /differ in one character/,
    wrap: (inner) => keyed(inner, (key) => key.slice(0, 18).padEnd(24, '0')),
  },
  'key-case-ignored': {
    mutation: 'the column of the key has a collation that ignores the case of letters',
    caughtBy: 'full-key-compared',
    failureMatches: /differ in one character/,
    wrap: (inner) => keyed(inner, (key) => key.toLowerCase()),
  },
  'body-truncated': {
    mutation: 'the column of the body is too short, and truncates it silently',
    caughtBy: 'largest-body',
    failureMatches: /the largest body/,
    wrap: (inner) =>
      mapWrites(inner, (record) => ({ ...record, body: record.body.slice(0, 4_000) })),
  },
  'body-rejected': {
    mutation: 'claims longer bodies than it accepts',
    caughtBy: 'largest-body',
    failureMatches: /too long/,
    wrap: (inner) =>
      mapWrites(inner, (record) => {
        if (record.body.length > 4_000)
          throw new Error(`a body of ${record.body.length} is too long`)
        return record
      }),
  },
  'body-trimmed': {
    mutation: 'trims bodies, as columns of a fixed width do',
    caughtBy: 'fields-unchanged',
    failureMatches: /of a record with other fields/,
    wrap: (inner) => mapWrites(inner, (record) => ({ ...record, body: record.body.trim() })),
  },
  'body-parsed': {
    mutation: 'parses bodies that are JSON, and writes them anew',
    caughtBy: 'fields-unchanged',
    failureMatches: /of a record with other fields/,
    wrap: (inner) => mapWrites(inner, (record) => ({ ...record, body: reparsed(record.body) })),
  },
  'body-replaced': {
    mutation: 'inserts the body into a text by String.replace, whose patterns start with $',
    caughtBy: 'hostile-ids',
    failureMatches: /the note comes back as it was/,
    wrap: (inner) =>
      mapWrites(inner, (record) => ({ ...record, body: '?'.replace('?', record.body) })),
  },
  'body-as-windows-1252': {
    mutation: 'the column of the body reads C1 controls as the letters of Windows-1252',
    caughtBy: 'hostile-notes',
    failureMatches: /comes back/,
    wrap: (inner) =>
      mapWrites(inner, (record) => ({
        ...record,
        body: record.body.replace(/\\u00([89][0-9a-f])/g, (_, hex: string) =>
          windows1252.decode(Uint8Array.of(Number.parseInt(hex, 16))).replace(/[^ -~]/, escaped),
        ),
      })),
  },
  'corrupt-spoils-read': {
    mutation: 'rejects a whole read for one record that it cannot decode',
    caughtBy: 'corrupt-record',
    failureMatches: /spoils the whole read/,
    wrap: (inner) =>
      mapReads(inner, (found) => {
        if (found.some((record) => record && !isDecoded(record))) throw new Error('bad record')
        return found
      }),
  },
  'corrupt-cannot-be-replaced': {
    mutation: 'returns a record that it cannot decode with an etag that no write is compared with',
    caughtBy: 'corrupt-record',
    failureMatches: /it is replaced/,
    wrap: (inner) =>
      mapReads(inner, (found) =>
        found.map((record) =>
          record === null || isDecoded(record) ? record : corruptRecord(record.key, 'unknown'),
        ),
      ),
  },
  'damage-hidden': {
    mutation: 'does not decode a record again that has the etag of the last time',
    caughtBy: 'corrupt-record',
    failureMatches: /returned as it was written/,
    wrap(inner) {
      const known = new Map<string, StoredRecord>()
      return mapReads(inner, (found) => found.map((record) => record && sameEtag(known, record)))
    },
  },
  'groups-dropped': {
    mutation: 'keeps only the first group',
    caughtBy: 'fields-unchanged',
    failureMatches: /of a record with other fields/,
    wrap: (inner) =>
      mapWrites(inner, (record) => ({ ...record, groups: record.groups.slice(0, 1) })),
  },
  'numbers-as-text': {
    mutation: 'returns instants as text, as drivers do with columns of 64 bits',
    caughtBy: 'fields-unchanged',
    failureMatches: /of a record with other fields/,
    wrap: (inner) => mapReads(inner, (found) => found.map((record) => record && asText(record))),
  },
  'instants-in-seconds': {
    mutation: 'stores instants in whole seconds',
    caughtBy: 'fields-unchanged',
    failureMatches: /of a record with other fields/,
    wrap: (inner) =>
      mapReads(inner, (found) =>
        found.map((record) => record && { ...record, expiresAt: floor(record.expiresAt) }),
      ),
  },
  'records-shared': {
    mutation: 'returns the object that it keeps, not a copy',
    caughtBy: 'records-are-copies',
    failureMatches: /after a reader changes its answer/,
    wrap(inner) {
      const kept = new Map<string, StoredRecord>()
      return mapReads(inner, (found) => found.map((record) => record && sameObject(kept, record)))
    },
  },
})

const windows1252 = new TextDecoder('windows-1252')

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Core's bodies are JSON objects, and so are the suite's. */
function isDecoded({ kind, body }: StoredRecord): boolean {
  return kind !== 'corrupt' && body.startsWith('{')
}

/** A repository that stores records under other keys. */
function keyed(inner: TokenRepository, keyOf: (key: string) => string): TokenRepository {
  const read: TokenRepository['read'] = async (keys, signal) => {
    const found = await inner.read(keys.map(keyOf), signal)
    return found.map((record, i) => record && { ...record, key: keys[i] ?? '' })
  }
  const write: TokenRepository['write'] = async (writes, signal) => {
    const answers: boolean[] = []
    // One by one: two keys may have become one.
    for (const { record, expected } of writes) {
      const cut = { record: { ...record, key: keyOf(record.key) }, expected }
      answers.push((await inner.write([cut], signal))[0] === true)
    }
    return answers
  }
  return replace(inner, { read, write })
}

function sameObject(kept: Map<string, StoredRecord>, record: StoredRecord): StoredRecord {
  const handedOut = kept.get(record.etag) ?? { ...record, groups: [...record.groups] }
  kept.set(record.etag, handedOut)
  return handedOut
}

function sameEtag(known: Map<string, StoredRecord>, record: StoredRecord): StoredRecord {
  const last = known.get(record.key)
  if (last?.etag === record.etag) return last
  known.set(record.key, record)
  return record
}

function asText(record: StoredRecord): StoredRecord {
  const { expiresAt, retainUntil } = record
  return {
    ...record,
    expiresAt: `${expiresAt}`,
    retainUntil: `${retainUntil}`,
  } as unknown as StoredRecord
}

function floor(instant: number): number {
  return Math.floor(instant / 1_000) * 1_000
}

function reparsed(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body))
  } catch {
    return body
  }
}
