import type { SameOnStore } from './summary.ts'

const pagesAreReplies = {
  'pages-in-one-turn': 'each page is a reply of the server, which takes a turn of the event loop',
}
const corruptFromAdapter = {
  'corrupt-read-as-missing':
    'the adapter reports bytes that it cannot decode itself, and core has nothing to decode',
}

/** Known-bads whose change is no defect on a store, though their case runs on it, and why. */
export const sameOnThisStore: Readonly<Record<string, SameOnStore>> = {
  mongodb: {
    ...pagesAreReplies,
    'refused-as-null':
      'the driver looks for a server until the deadline, so no connection is refused before',
  },
  postgres: { ...pagesAreReplies },
  redis: {
    ...pagesAreReplies,
    ...corruptFromAdapter,
    'damage-hidden': 'the etag of a value that cannot be decoded is made of its bytes',
    'never-times-out': 'the adapter ends a connection that is silent for three seconds',
  },
}
