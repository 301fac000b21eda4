import { defineEngines } from './known-bad-engine.ts'

const envelope = 'sealing/envelope.js'
const contents = 'sealing/contents.js'

/** Cores that seal too little, or open a text where it does not belong. */
export const sealing: ReturnType<typeof defineEngines> = defineEngines({
  'no-authenticated-data': {
    mutation: 'a sealed text is not bound to its record',
    caughtBy: 'payload-swap',
    failureMatches: /record of another session.*it was opened/s,
    patches: [
      {
        file: envelope,
        find: "return utf8.encode(lengthPrefixed(['tokenward', String(FORMAT), namespace, kind, key]));",
        replace: "return utf8.encode('tokenward');",
      },
    ],
  },
  'key-not-authenticated': {
    mutation: 'a sealed text is bound to the kind of its record, and not to the record',
    caughtBy: 'payload-swap',
    failureMatches: /record of another session.*it was opened/s,
    patches: [{ file: envelope, find: 'namespace, kind, key]', replace: 'namespace, kind]' }],
  },
  'kind-not-authenticated': {
    mutation: 'a sealed text opens in a record of another kind under the same key',
    caughtBy: 'payload-swap',
    failureMatches: /with the kind of a session: it was opened/,
    patches: [{ file: envelope, find: 'namespace, kind, key]', replace: 'namespace, key]' }],
  },
  'namespace-not-authenticated': {
    mutation: 'a sealed text opens in another namespace',
    caughtBy: 'payload-swap',
    failureMatches: /in another namespace: it was opened/,
    patches: [{ file: envelope, find: 'namespace, kind, key]', replace: 'kind, key]' }],
  },
  'data-in-clear': {
    mutation: 'the data of a token is also stored in clear',
    caughtBy: 'sealed-at-rest',
    failureMatches: /data can be read in a record/,
    patches: [
      {
        file: 'issuing/store-token.js',
        find: '...toStoredEpochs(privateClaim),\n            sealed:',
        replace: '...toStoredEpochs(privateClaim), own,\n            sealed:',
      },
    ],
  },
  'names-in-the-header': {
    mutation:
      'the names of a record are in the header of the sealed text, encoded but not encrypted',
    caughtBy: 'sealed-at-rest',
    failureMatches: /subject can be read in a record/,
    patches: [
      {
        file: envelope,
        find: 'kid,\n        ...(wrapped',
        replace:
          'kid,\n        subject: JSON.parse(new TextDecoder().decode(plaintext)).subject,\n        ...(wrapped',
      },
    ],
  },
  'content-key-used-twice': {
    mutation: 'all texts of a process are sealed with one content key',
    caughtBy: 'sealed-at-rest',
    failureMatches: /the same content key/,
    patches: [
      {
        file: envelope,
        find: 'const jwe = await new FlattenedEncrypt(plaintext)',
        replace:
          'const jwe = await new FlattenedEncrypt(plaintext).setContentEncryptionKey(new Uint8Array(32).fill(7))',
      },
    ],
  },
  'nonce-used-twice': {
    mutation: 'all texts of a process are sealed with one nonce',
    caughtBy: 'sealed-at-rest',
    failureMatches: /the same nonce/,
    patches: [
      {
        file: envelope,
        find: 'const jwe = await new FlattenedEncrypt(plaintext)',
        replace:
          'const jwe = await new FlattenedEncrypt(plaintext).setInitializationVector(new Uint8Array(12))',
      },
    ],
  },
  'notes-in-clear': {
    mutation: 'the note of a revocation is stored in clear',
    caughtBy: 'sealed-at-rest',
    failureMatches: /reason can be read in a record/,
    patches: [
      {
        file: contents,
        find: 'context.sealing === null || Object.keys(note).length === 0',
        replace: 'true',
      },
    ],
  },
  'labels-in-events': {
    mutation: 'the event of a login has its label',
    caughtBy: 'sealed-at-rest',
    failureMatches: /(data|label) can be read in an event/,
    patches: [
      {
        file: 'operations/issue.js',
        find: 'const event = { subject, client, jti: draft.jti };',
        replace: 'const event = { subject, client, jti: draft.jti, ...own };',
      },
    ],
  },
})
