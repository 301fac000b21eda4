import { defineEngines } from './known-bad-engine.ts'

const sessions = 'operations/sessions.js'
const pages = 'inspection/pages.js'

/** Cores that list the sessions of a user in a wrong way. */
export const sessionPages: ReturnType<typeof defineEngines> = defineEngines({
  'sessions-by-key': {
    mutation: 'the sessions of a page are sorted by their keys',
    caughtBy: 'session-pages',
    failureMatches: /newest first/,
    patches: [
      {
        file: pages,
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
        find: '{ onlySessions: true }',
        replace: '{ onlySessions: false }',
      },
    ],
  },
  'sessions-of-all-clients': {
    mutation: 'sessions of other clients are listed, too',
    caughtBy: 'session-pages',
    failureMatches: /only sessions of/,
    patches: [{ file: 'inspection/selection.js', find: 'others.every(', replace: '[].every(' }],
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
  'cursor-skips-sessions': {
    mutation: 'a cursor leads past sessions of the client that did not fit into the page',
    caughtBy: 'session-pages',
    failureMatches: /all sessions of/,
    patches: [
      {
        file: pages,
        find: 'const last = selected.length < left ? page.at(-1) : selected.at(-1);',
        replace: 'const last = page.at(-1);',
      },
    ],
  },
})
