import type { SameOnStore } from './summary.ts'

const pagesAreReplies = {
  'pages-in-one-turn': 'each page is a reply of the server, which takes a turn of the event loop',
}
const corruptFromAdapter = {
  'corrupt-read-as-missing':
    'the adapter reports bytes that it cannot decode itself, and core has nothing to decode',
  'damage-hidden': 'the etag of a value that cannot be decoded is made of its bytes',
}
const missingIsRefused = 'where records may be evicted, a missing one accepts nothing'
const noAddress = { 'network-not-claimed': 'the store has no address' }
const noList = 'the adapter has no list'

/** Known-bads whose change is no defect on a store, though their case runs on it, and why. */
export const sameOnThisStore: Readonly<Record<string, SameOnStore>> = {
  memcached: {
    ...corruptFromAdapter,
    'misses-cached': missingIsRefused,
    'corrupt-as-null': missingIsRefused,
    'corrupt-root-restores-tokens': missingIsRefused,
    'list-missing': noList,
    'evicting-listed': noList,
    'reseal-written-blindly': noList,
    'reseal-lowers-retention': noList,
    'reseal-revives': noList,
    'kept-session-revoked': noList,
    'single-tokens-stay': noList,
    'idle-sessions-stay': noList,
    'names-concatenated': 'the names of two issuers, and an evicting store has one',
    'keyed-on-the-raw-token': 'a token without an id, and an evicting store has none',
    'closes-caller-owned-client': 'a client that was ended connects again when it is used',
  },
  memory: { ...noAddress, 'closes-caller-owned-client': 'a map cannot be closed' },
  mongodb: {
    ...pagesAreReplies,
    'refused-as-null':
      'the driver looks for a server until the deadline, so no connection is refused before',
  },
  postgres: pagesAreReplies,
  redis: {
    ...pagesAreReplies,
    ...corruptFromAdapter,
    'never-times-out': 'the adapter ends a connection that is silent for three seconds',
  },
  sqlite: noAddress,
}
