import { defineEngines } from './known-bad-engine.ts'

const erase = 'operations/erase.js'
const sessions = 'revocation/revoke-sessions.js'

const EXCEPT = 'revoke-except'

/** Cores that erase too little or too much of a subject, or end the wrong ones of its sessions. */
export const subjects: ReturnType<typeof defineEngines> = defineEngines({
  'erase-empties-first': {
    mutation: 'an erasure empties the records before it revokes the subject',
    caughtBy: 'erase',
    failureMatches: /is left/,
    patches: [
      {
        file: erase,
        find: 'const { at } = await revokeScope(',
        replace: 'const revoke = () => revokeScope(',
      },
      { file: erase, find: '.filter(({ decision }) => !decision.active)', replace: '' },
      {
        file: erase,
        find: 'return { at, erased: erased + (await emptyAll(context, [...cutoffs])) };',
        replace: `erased += await emptyAll(context, [...cutoffs]);
          return { ...(await revoke()), erased };`,
      },
    ],
  },
  'erase-keeps-notes': {
    mutation: 'an erasure empties the records of tokens and sessions, and no notes of cutoffs',
    caughtBy: 'erase',
    failureMatches: /a note of the subject is left/,
    patches: [
      { file: erase, find: 'erased + (await emptyAll(context, [...cutoffs]))', replace: 'erased' },
    ],
  },
  'erase-takes-new-logins': {
    mutation: 'an erasure empties every record of the subject, also those of later logins',
    caughtBy: 'erase',
    failureMatches: /a login (after|that was stopped)/,
    patches: [{ file: erase, find: '.filter(({ decision }) => !decision.active)', replace: '' }],
  },
  'sessions-counted-first': {
    mutation: 'a login counts the sessions before it has stored its own',
    caughtBy: 'max-sessions',
    failureMatches: /the newest 5 are active/,
    patches: [
      {
        file: 'operations/issue.js',
        find: 'await endOldest(context, cutoffKeys, maxSessions);',
        replace: '{}',
      },
      {
        file: 'operations/issue.js',
        find: 'const [accessToken, refreshToken] =',
        replace: `if (maxSessions !== undefined) await endOldest(context, cutoffKeys, maxSessions - 1);
          const [accessToken, refreshToken] =`,
      },
    ],
  },
  'ended-sessions-count': {
    mutation: 'sessions that expired or were revoked count for the maximum',
    caughtBy: 'max-sessions',
    failureMatches: /expired or were revoked/,
    patches: [
      {
        file: sessions,
        find: 'decision.active && ++active > max',
        replace: '++active > max && decision.active',
      },
    ],
  },
  'kept-session-revoked': {
    mutation: 'the session that must stay is revoked with the others',
    caughtBy: EXCEPT,
    failureMatches: /the session that stays/,
    patches: [{ file: sessions, find: 'new Set([kept])', replace: 'new Set()' }],
  },
  'single-tokens-stay': {
    mutation: 'a token without a session survives the revocation of all but one session',
    caughtBy: EXCEPT,
    failureMatches: /a token without a session: accepted/,
    patches: [
      { file: sessions, find: 'return isNew;', replace: 'return isNew && cutoff !== undefined;' },
    ],
  },
  'idle-sessions-stay': {
    mutation: 'a session whose refresh token has expired is left alone, with its last access token',
    caughtBy: EXCEPT,
    failureMatches: /whose refresh token had expired: accepted/,
    patches: [
      {
        file: sessions,
        find: "return decision.reason === 'expired' && ",
        replace: 'return false && ',
      },
    ],
  },
})
