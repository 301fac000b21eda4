import { defineEngines } from './known-bad-engine.ts'

const sessions = 'operations/sessions.js'

/** Cores that list the sessions of a user in a wrong way. */
export const sessionPages: ReturnType<typeof defineEngines> = defineEngines({
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
  'pages-end-at-the-filter': {
    mutation: 'a page with sessions of other clients counts as the last one',
    caughtBy: 'session-pages',
    failureMatches: /all sessions of/,
    patches: [
      {
        file: sessions,
        find: 'if (page.length < size && ',
        replace: 'if (page.filter(isWanted).length < size && ',
      },
    ],
  },
})
