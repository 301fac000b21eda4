import { defineEngines } from './known-bad-engine.ts'

const contents = 'sealing/contents.js'

/** Cores that lose data, or cannot do without the keys to it. */
export const storedData: ReturnType<typeof defineEngines> = defineEngines({
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
})
