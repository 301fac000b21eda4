import { defineEngines } from './known-bad-engine.ts'

const envelope = 'sealing/envelope.js'
const contents = 'sealing/contents.js'
const dataKeys = 'sealing/data-keys.js'
const sessions = 'operations/sessions.js'

/** Cores that seal too little, open too much, or lose what they cannot open. */
export const sealing: ReturnType<typeof defineEngines> = defineEngines({
  'no-authenticated-data': {
    mutation: 'a sealed text is not bound to its record',
    caughtBy: 'payload-swap',
    failureMatches: /record of another session.*it was opened/s,
    patches: [
      {
        file: envelope,
        find: "return utf8.encode(lengthPrefixed(['tokenward', String(FORMAT), namespace, kind, key]));",
        replace: 'return new Uint8Array();',
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
        find: 'issuedUnder: epochsOf(privateClaim),\n            sealed:',
        replace: 'issuedUnder: epochsOf(privateClaim), own,\n            sealed:',
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
    failureMatches: /label can be read in an event/,
    patches: [
      {
        file: 'operations/issue.js',
        find: 'const event = { subject, client, jti: draft.jti };',
        replace: 'const event = { subject, client, jti: draft.jti, ...own };',
      },
    ],
  },
  'throws-without-keys': {
    mutation: 'an instance without keys cannot verify a token whose data it is asked for',
    caughtBy: 'unreadable-data',
    failureMatches: /Cannot read properties of null/,
    patches: [
      {
        file: contents,
        find: '(await context.sealing?.open(',
        replace: '(await context.sealing.open(',
      },
    ],
  },
  'unreadable-not-reported': {
    mutation: 'what does not open looks like a session without data',
    caughtBy: 'unreadable-data',
    failureMatches: /an event with the key id/,
    patches: [{ file: contents, find: "context.events.emit('unreadable',", replace: 'void (0,' }],
  },
  'unreadable-not-shown': {
    mutation: 'lists show no difference between no names and names that do not open',
    caughtBy: 'unreadable-data',
    failureMatches: /explain\(\)/,
    patches: [
      {
        file: 'inspection/names.js',
        find: '{ unreadable: opened.unreadable }',
        replace: '{}',
      },
    ],
  },
  'rotation-drops-text': {
    mutation: 'a rotation keeps only what its instance can open',
    caughtBy: 'unreadable-data',
    failureMatches: /the record has a sealed text/,
    patches: [
      {
        file: 'sealing/reseal-record.js',
        find: 'if (sealing === null || sealed === undefined ||',
        replace:
          'if (sealing === null) return { record, body: { ...body, sealed: undefined } };\n    if (sealed === undefined ||',
      },
    ],
  },
  'update-overwrites-unreadable': {
    mutation: 'an update replaces what its instance cannot open',
    caughtBy: 'unreadable-data',
    failureMatches: /an update would lose it/,
    patches: [
      {
        file: 'operations/update-data.js',
        find: 'const { data: stored = null, ...names } = opened.contents;',
        replace: 'const { data: stored = null, ...names } = opened.contents ?? {};',
      },
      {
        file: 'operations/update-data.js',
        find: "return refused('unreadable');",
        replace: '',
      },
    ],
  },
  'data-size-not-checked': {
    mutation: 'data of any size is stored',
    caughtBy: 'data-size',
    failureMatches: /one byte more than/,
    patches: [
      { file: 'input/data.schema.js', find: 'if (bytes > maxBytes)', replace: 'if (false)' },
    ],
  },
  'data-size-in-code-units': {
    mutation: 'the size of data is counted in characters and not in bytes',
    caughtBy: 'data-size',
    failureMatches: /one byte more than/,
    patches: [
      {
        file: 'input/data.schema.js',
        find: 'const bytes = utf8.encode(JSON.stringify(json)).length;',
        replace: 'const bytes = JSON.stringify(json).length;',
      },
    ],
  },
  'data-cut': {
    mutation: 'long strings in data are cut',
    caughtBy: 'data-size',
    failureMatches: /stored whole/,
    patches: [
      {
        file: 'input/data.schema.js',
        find: 'return json;',
        replace:
          "return JSON.parse(JSON.stringify(json, (_, value) => typeof value === 'string' ? value.slice(0, 10_000) : value));",
      },
    ],
  },
  'note-overflows-record': {
    mutation: 'a note is stored beside the data of its token even where both do not fit',
    caughtBy: 'data-size',
    failureMatches: /a record of \d+ bytes/,
    patches: [
      {
        file: 'revocation/revoke-token.js',
        find: 'next.body.length <= capabilities.maxBodyBytes',
        replace: 'true',
      },
    ],
  },
  'only-first-key-opens': {
    mutation: 'what an earlier key has sealed does not open',
    caughtBy: 'sealing-keys',
    failureMatches: /keys swapped/,
    patches: [
      {
        file: 'sealing/sealing.js',
        find: 'if (!header || !found)',
        replace: 'if (!header || !found || header.kid !== this.ids[0])',
      },
    ],
  },
  'missing-key-not-found': {
    mutation: 'a key that was removed too early is no finding',
    caughtBy: 'sealing-keys',
    failureMatches: /a removed key is one finding/,
    patches: [
      { file: 'sealing/key-ids.js', find: 'if (missing.length === 0)', replace: 'if (true)' },
    ],
  },
  'rotation-keeps-old-key': {
    mutation: 'a rotation does not seal anew what an earlier key has sealed',
    caughtBy: 'sealing-keys',
    failureMatches: /after a rotation, only with the new key/,
    patches: [
      {
        file: 'sealing/reseal-record.js',
        find: 'return text === null ? session :',
        replace: 'return true ? session :',
      },
    ],
  },
  'kms-for-each-record': {
    mutation: 'each record has a data key of its own, and each needs the KMS',
    caughtBy: 'kms',
    failureMatches: /concurrent logins share one call/,
    patches: [
      {
        file: dataKeys,
        find: 'if (this.#current === null || isOld(this.#current))',
        replace: '',
      },
    ],
  },
  'kms-without-deadline': {
    mutation: 'a KMS that does not answer blocks the call',
    caughtBy: 'kms',
    failureMatches: /silent.*took longer than the deadline/,
    patches: [
      {
        file: dataKeys,
        find: 'this.#pending.wait(value,',
        replace: 'value ?? (',
      },
    ],
  },
  'kms-failure-sticks': {
    mutation: 'a KMS that has failed once is not asked again before a restart',
    caughtBy: 'kms',
    failureMatches: /up again: not used again/,
    patches: [{ file: dataKeys, find: 'forget();', replace: '' }],
  },
  'kms-answer-not-checked': {
    mutation: 'data is sealed with a key that the KMS does not unwrap',
    caughtBy: 'kms',
    failureMatches: /issue with data, KMS other-key/,
    patches: [
      {
        file: dataKeys,
        find: 'if (base64url.encode(unwrapped) !== base64url.encode(bytes))',
        replace: 'if (false)',
      },
    ],
  },
  'kms-stops-logins': {
    mutation: 'without the KMS nothing can be issued, not even without data',
    caughtBy: 'kms',
    failureMatches: /(issue|rotate|revoke|revoke by id), KMS/,
    patches: [
      {
        file: contents,
        find: "if (isTokenwardError(error, 'TOKENWARD_KEYS_UNAVAILABLE'))",
        replace: 'if (false)',
      },
    ],
  },
  'kms-note-in-clear': {
    mutation: 'a note that the KMS cannot seal is stored in clear',
    caughtBy: 'kms',
    failureMatches: /stored in clear/,
    patches: [
      {
        file: contents,
        find: 'return sealed === undefined ? {} : { sealed };',
        replace: 'return sealed === undefined ? note : { sealed };',
      },
    ],
  },
  'sealed-after-the-first-write': {
    mutation: 'the token of a login is stored before the KMS has sealed its session',
    caughtBy: 'kms',
    failureMatches: /a login that failed is stored/,
    patches: [
      {
        file: 'operations/issue.js',
        find: 'const records = await Promise.all([',
        replace: `const early = refresh && await accessRecord(context, access, draft, cutoffKeys, {}, deadline);
    if (early) await insertNew(context, early, deadline);
    const records = await Promise.all([`,
      },
    ],
  },
  'sessions-by-key': {
    mutation: 'the sessions of a page are sorted by their keys',
    caughtBy: 'session-pages',
    failureMatches: /newest first/,
    patches: [
      {
        file: sessions,
        find: 'return after === null ? { items }',
        replace:
          'items.sort((a, b) => (a.record < b.record ? -1 : 1));\n    return after === null ? { items }',
      },
    ],
  },
  'sessions-with-tokens': {
    mutation: 'tokens are among the sessions of a subject',
    caughtBy: 'session-pages',
    failureMatches: /each once, and no one else/,
    patches: [
      {
        file: sessions,
        find: "const [group = ''] = sessionListOf(cutoffKeys);",
        replace: "const group = groupOf('subject', cutoffKeys.get('subject'));",
      },
    ],
  },
  'sessions-of-all-clients': {
    mutation: 'sessions of other clients are listed, too',
    caughtBy: 'session-pages',
    failureMatches: /only sessions of/,
    patches: [{ file: sessions, find: 'atClient === undefined ||', replace: 'true ||' }],
  },
  'last-used-at-login': {
    mutation: 'a session is shown as unused since its login',
    caughtBy: 'session-pages',
    failureMatches: /as it is listed/,
    patches: [
      {
        file: sessions,
        find: 'lastUsedAt: described?.lastUsedAt ?? createdAt',
        replace: 'lastUsedAt: createdAt',
      },
    ],
  },
  'cursor-after-filter': {
    mutation: 'a cursor counts only the sessions of the client: the page after it begins too early',
    caughtBy: 'session-pages',
    failureMatches: /each once|pages without end/,
    patches: [
      {
        file: sessions,
        find: 'after = page.length < size ? null : (page.at(-1) ?? null);',
        replace:
          'after = page.length < size ? null : (page.filter(isWanted).at(-1) ?? page.at(-1) ?? null);',
      },
    ],
  },
})
