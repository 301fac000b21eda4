import type { HeldInFile } from '../held-by.ts'

export const events: HeldInFile = {
  EventFields: {
    'Who and what an event is about, as far as it is known.': 'description',
  },
  'EventFields.record': {
    'The key of the record in the store, for `explain({ record })`.': [
      'core: test/events.test.ts > each call emits its event with the documented data',
    ],
  },
  Events: {
    'The events of an instance and their data, for {@link Tokenward.on}.': 'description',
    'The data is frozen and never contains a token, a stored body or a signing key.': [
      'labels-in-events',
      'no-secrets-in-logs',
      'core: test/application-callbacks.test.ts > a listener of all events is called with the name and data of each, until it is removed',
    ],
  },
  'Events.issued': {
    '`issue` signed tokens.': [
      'core: test/events.test.ts > each call emits its event with the documented data',
    ],
    '`session` is missing without a refresh token.': [
      'core: test/events.test.ts > each call emits its event with the documented data',
    ],
  },
  'Events.rotated': {
    '`rotate` exchanged a refresh token.': [
      'core: test/events.test.ts > each call emits its event with the documented data',
    ],
    '`generation` is that of its successor.': [
      'core: test/events.test.ts > each call emits its event with the documented data',
    ],
  },
  'Events.retried': {
    '`rotate` returned the same successor again, within the grace period.': [
      'core: test/events.test.ts > each call emits its event with the documented data',
    ],
  },
  'Events.reused': {
    'A refresh token was presented again after its grace period: it may be stolen, and its session is revoked (RFC 9700 §4.14).':
      [
        'last-rotation-only',
        'core: test/events.test.ts > a reused refresh token is reported with its own generation, and its session is revoked',
      ],
    '`generation` is that of the presented token.': [
      'last-rotation-only',
      'core: test/events.test.ts > a reused refresh token is reported with its own generation, and its session is revoked',
    ],
  },
  'Events.consumed': {
    '`consume` accepted an access token.': [
      'core: test/events.test.ts > each call emits its event with the documented data',
    ],
  },
  'Events.revoked': {
    'Something was revoked.': [
      'core: test/events.test.ts > each call emits its event with the documented data',
    ],
    '`at`: since when, in ms since 1970.': [
      'core: test/events.test.ts > each call emits its event with the documented data',
    ],
    '`first`: this call revoked it; `false`: it was revoked already.': [
      'core: test/events.test.ts > each call emits its event with the documented data',
    ],
  },
  'Events.failedOpen': {
    "`verify` accepted a token without the store, because of `onUnavailable: 'accept'`.": [
      'fails-open',
      'core: test/tracing.test.ts > a token that was accepted without the store is published as not checked',
    ],
  },
  'Events.unavailable': {
    'The store has stopped answering.': ['fail-open-explicit'],
  },
  'Events.recovered': {
    'The store answers again, after so many ms.': ['fail-open-explicit'],
  },
  'Events.corrupt': {
    'A token was refused because a record in the store is corrupt.': ['corrupt-ignored'],
  },
  'Events.unreadable': {
    'What is sealed in a record could not be opened: the key `keyId` is missing, its key management service failed, or the text was changed or belongs to another record.':
      ['unreadable-not-reported'],
    'No token is refused for it.': ['throws-without-keys'],
    '`keyId` is empty where it cannot be read.': [
      'core: test/events.test.ts > keyId is empty where what is sealed has no key that can be read',
    ],
  },
  'Events.finding': {
    'Something in the settings or the state of the store needs attention.': [
      'missing-key-not-found',
    ],
    '`fix` is what to do.': ['missing-key-not-found'],
  },
  'Events.pruned': {
    '`prune` deleted records.': [
      'core: test/events.test.ts > prune emits how many records it has deleted, and each call how it has ended',
    ],
    '`more`: it stopped at its limit.': [
      'core: test/events.test.ts > prune emits how many records it has deleted, and each call how it has ended',
    ],
  },
  'Events.operation': {
    'A method of the instance was called: its name, its duration in ms, and how it ended.': [
      'core: test/events.test.ts > prune emits how many records it has deleted, and each call how it has ended',
    ],
  },
  Listener: {
    'May be `async`.': [
      'core: test/application-callbacks.test.ts > a listener that throws, rejects or never settles affects no call and no other listener',
    ],
    'What it throws or rejects with is ignored, and no call waits for it.': [
      'core: test/application-callbacks.test.ts > a listener that throws, rejects or never settles affects no call and no other listener',
    ],
  },
  AnyListener: {
    'As {@link Listener}, for all events: it is also given their names.': [
      'core: test/application-callbacks.test.ts > a listener of all events is called with the name and data of each, until it is removed',
    ],
  },
}
