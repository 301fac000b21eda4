import { evictingEngines, knownBadEngines } from '@tokenward/conformance/known-bad'
import { describe, expect, test } from 'vitest'
import { searchSchedules } from '../src/parallel.ts'
import type { Durability } from '../src/scenario.ts'
import { mutations } from './mutations.ts'

const MOST = 10_000
const full = process.env['TOKENWARD_FULL'] !== undefined

/** Mutations that no order of events shows; other cases of the suite catch them. */
const elsewhere: Readonly<Record<string, string>> = {
  'corrupt-ignored': 'the simulated store corrupts no records',
  'corrupt-read-as-missing': 'the simulated store corrupts no records',
  'replies-not-validated': 'the simulated store keeps the contract',
  'wiped-store-accepted': 'the simulated store keeps its root',
  'root-epoch-fixed': 'the simulated store keeps its root',
  'pepper-not-checked': 'all instances have the same options',
  'namespace-not-hashed': 'all instances have the same namespace',
  'revoked-listed-as-active': 'nothing is listed',
  'access-token-listed-as-revoked': 'nothing is listed',
  'message-received-twice': 'no messages are received',
  'failed-action-ignored': 'no messages are received',
  'message-note-pruned': 'no messages are received',
  'cursor-includes': 'nothing is listed',
  'derived-cutoff-not-listed': 'nothing is listed',
  'keeps-what-was-sent': 'the heap is not measured',
  'revokes-where-it-rotates': 'only rotations without end starve it',
  'any-policy-accepted': 'the simulated store keeps its claims',
  'findings-withheld': 'the simulated store keeps its claims',
  'older-reads-accepted': 'the simulated store keeps its claims',
  'names-concatenated': 'no names are hostile',
  'keyed-on-the-raw-token': 'no token is re-encoded',
  'payload-in-clear': 'the records are not read',
  'works-after-close': 'no instance is closed',
  'undefined-is-ignored': 'arguments are never wrong',
  'absent-cutoff-accepted-under-pressure': 'the same as absent-cutoff-accepted',
  'insert-sent-again': 'the id of a token that was not returned is unknown',
  'one-epoch-for-all-attempts': 'it would take more schedules than these',
  'signed-as-on-a-durable-store': 'it would take more schedules than these',
  'tombstone-for-a-refresh-token': 'refresh tokens are revoked by their text, not by their id',
  'extension-changes-epochs': 'the simulated store evicts by chance, not by time',
  'cutoffs-not-extended': 'the simulated store evicts by chance, not by time',
  'cutoffs-stored-too-short': 'the simulated store evicts by chance, not by time',
  'evicting-time-kept': 'the simulated store does not change what it claims',
  'evicting-listed': 'nothing is listed',
  'evicting-saved': 'nothing is saved to an evicting store',
  'delete-not-escaped': 'no note is hostile',
  'corrupt-spoils-batch': 'the simulated store corrupts no records',
  'corrupt-is-absent': 'the simulated store corrupts no records',
  'corrupt-token-stays': 'the simulated store corrupts no records',
  'corrupt-root-stays': 'the simulated store corrupts no records',
  'corrupt-root-restores-tokens': 'the simulated store corrupts no records',
  'clock-unchecked': 'simulated clocks count whole ms since 1970',
  'clock-in-fractions': 'simulated clocks count whole ms since 1970',
  'seconds-are-a-time': 'simulated clocks count whole ms since 1970',
  'closes-for-all': 'no instance is closed',
  'drain-ignored': 'no instance is closed',
  'drain-never-ends': 'no instance is closed',
  'sent-writes-are-closed': 'no instance is closed',
  'prunes-without-pause': 'a simulated store answers in a later turn',
  'prunes-at-once': 'a batch of any size is one step',
  'late-timer-wins': 'no simulated thread is blocked',
  'no-settled-generation': 'no session rotates nine times within grace and skew',
  'settles-by-rotations-alone': 'no session rotates nine times within grace and skew',
  'unbounded-rotations': 'the size of records is not checked',
  'last-rotation-only': 'no session rotates nine times within grace and skew',
  'drafts-after-the-write': 'all claims fit into a token',
  'rotates-for-anybody': 'no client is named',
  'revokes-for-anybody': 'no client is named',
  'unused-login-shown': 'nothing is listed',
  'issuer-made-a-string': 'no token is hostile',
  'signature-not-minded': 'no token is forged',
  'lost-change-repeated': 'it would take more schedules than these',
  'change-computed-again': 'what a change returns is not compared',
  'reseal-written-blindly': 'nothing is listed',
  'reseal-lowers-retention': 'nothing is listed',
  'reseal-revives': 'nothing is listed',
  'reseal-begins-again': 'nothing is listed',
  'reseal-in-dry-run': 'nothing is listed',
  'reseal-forgets-notes': 'nothing is listed',
  'reseal-drops-unreadable': 'nothing is listed',
  'reseal-of-ended-records': 'nothing is listed',
  'reseal-stops-early': 'nothing is listed',
  'pages-in-one-turn': 'nothing is listed',
  'erase-empties-first': 'nothing is listed',
  'erase-keeps-notes': 'nothing is listed',
  'erase-takes-new-logins': 'nothing is listed',
  'sessions-counted-first': 'nothing is listed',
  'ended-sessions-count': 'nothing is listed',
  'kept-session-revoked': 'nothing is listed',
  'single-tokens-stay': 'nothing is listed',
  'idle-sessions-stay': 'nothing is listed',
  'missing-key-not-found': 'all instances have all keys',
  'throws-without-keys': 'all instances have all keys',
  'unreadable-not-reported': 'all instances have all keys',
  'rotation-drops-text': 'all instances have all keys',
  'update-overwrites-unreadable': 'all instances have all keys',
  'rotation-keeps-old-key': 'sealed texts are not read',
  'no-authenticated-data': 'sealed texts are not read',
  'key-not-authenticated': 'sealed texts are not read',
  'kind-not-authenticated': 'sealed texts are not read',
  'namespace-not-authenticated': 'sealed texts are not read',
  'data-in-clear': 'sealed texts are not read',
  'names-in-the-header': 'sealed texts are not read',
  'content-key-used-twice': 'sealed texts are not read',
  'nonce-used-twice': 'sealed texts are not read',
  'notes-in-clear': 'sealed texts are not read',
  'labels-in-events': 'sealed texts are not read',
  'kms-for-each-record': 'no instance has a KMS',
  'refused-key-is-an-outage': 'no instance has a KMS',
  'kms-without-deadline': 'no instance has a KMS',
  'kms-failure-sticks': 'no instance has a KMS',
  'kms-answer-not-checked': 'no instance has a KMS',
  'kms-stops-logins': 'no instance has a KMS',
  'kms-note-in-clear': 'no instance has a KMS',
  'sealed-after-the-first-write': 'no instance has a KMS',
  'sessions-by-key': 'nothing is listed',
  'sessions-with-tokens': 'nothing is listed',
  'sessions-of-all-clients': 'nothing is listed',
  'last-used-at-login': 'nothing is listed',
  'cursor-skips-sessions': 'nothing is listed',
  'unreadable-not-shown': 'nothing is listed',
  'data-size-not-checked': 'all data is short',
  'data-size-in-code-units': 'all data is short',
  'data-cut': 'all data is short',
  'note-overflows-record': 'all data is short',
  'lowered-lease-at-once': 'no store is prepared again',
  'raised-lease-at-once': 'no store is prepared again',
  'looks-up-the-raw-token': 'the keys that are read are not looked at',
  'revocation-time-read-once': 'no token is external',
  'cutoff-kept-by-own-lifetimes': 'all instances have the same options',
  'covered-cutoff-not-kept': 'no store is prepared again',
  'id-of-any-issuer': 'there is one issuer',
  'idempotency-key-of-any-token': 'no idempotency key is used for two tokens',
  'pepper-of-the-root-alone': 'all instances have the same options',
  'refresh-audience-ignored': 'no token is forged',
  'external-lifetime-unbounded': 'no token is external',
  'explain-without-requirements': 'nothing is explained',
  'signing-key-published-alone': 'no keys are published',
}

const durability: Readonly<Record<string, Durability>> = {
  'store-goes-back-unseen': 'reverting',
  ...Object.fromEntries(evictingEngines.map(({ name }) => [name, 'evicting'])),
}

// The same seeds as in simulation.test.ts, which pass on core as it is: a failure is due to the
// mutation.
describe.concurrent('a broken engine is found', () => {
  // The others are caught by cases of the suite, in every run.
  const all = [...knownBadEngines.filter(({ name }) => !(name in elsewhere)), ...mutations]
  const options = full ? all : mutations
  test.for(options)('$name', { timeout: 1_800_000 }, async (bad, { expect }) => {
    const how = { durability: durability[bad.name] ?? ('durable' as const), workers: 1 }
    const { failures } = await searchSchedules({ bad, count: MOST, stopsAtFailure: true, ...how })
    const [first] = failures
    console.log(`${bad.name}: ${first?.seed} ${first?.violations[0]?.invariant}`)
    expect(first, `${bad.mutation}: not found in ${MOST} schedules`).toBeDefined()
  })
})

test('every exception names a known-bad engine', () => {
  const names = new Set(knownBadEngines.map(({ name }) => name))
  expect(Object.keys(elsewhere).filter((name) => !names.has(name))).toEqual([])
})
