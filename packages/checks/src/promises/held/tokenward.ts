import type { HeldInFile } from '../held-by.ts'

export const tokenward: HeldInFile = {
  Tokenward: {
    'An instance: the tokens of one issuer on one store, as {@link createTokenward} makes it.':
      'description',
    'A token that is not accepted is a result (`{ active: false, reason }`), not an error.': [
      'signature-not-minded',
      'issuer-made-a-string',
    ],
    'Every method that uses the store can reject with `TOKENWARD_STORE_UNAVAILABLE` (the store did not answer within the deadline), `TOKENWARD_INVALID_INPUT` (an argument is wrong; nothing was sent), `TOKENWARD_ADAPTER_FAULT` and `TOKENWARD_CLOSED`; every method that takes a token also with `TOKENWARD_KEYS_UNAVAILABLE`, and with `TOKENWARD_NOT_PREPARED` or `TOKENWARD_POLICY_REFUSED` where the store was prepared by another version or with another pepper meanwhile; every method that writes also with `TOKENWARD_WRITE_INDETERMINATE` (the write may have happened; repeat the call).':
      [
        'refused-as-null',
        'replies-not-validated',
        'works-after-close',
        'undefined-is-ignored',
        'repeats-until-answered',
        'wiped-store-accepted',
      ],
    'The docs of each method name only further codes.': 'description',
  },
  'Tokenward.issuer': {
    'The issuer of the tokens, as in the claim `iss`.': 'description',
  },
  'Tokenward.issue': {
    'Signs an access token (RFC 9068) without a session.': [
      'core: test/login-results.test.ts > refresh: false gives an access token alone',
    ],
    'It is valid as soon as the promise resolves.': ['epochs-after-claims', 'write-behind'],
    '@throws `TOKENWARD_UNSUPPORTED_OPERATION`: the instance has no private key, or there is `data` and no `sealing`':
      [
        'core: test/login-results.test.ts > an instance without a private key neither issues nor rotates',
        'core: test/sealing/options.test.ts > without the option, data and label are refused with the fix, and everything else works',
      ],
    'Starts a session: signs an access token (RFC 9068) and a refresh token.': [
      'core: test/login-results.test.ts > the claims of both tokens are those of the login',
    ],
    'Both are valid as soon as the promise resolves.': ['epochs-after-claims', 'write-behind'],
    '@throws `TOKENWARD_UNSUPPORTED_OPERATION`: the instance has no private key; there is `data` and no `sealing`; or there is `maxSessions` and the store cannot list':
      [
        'core: test/login-results.test.ts > an instance without a private key neither issues nor rotates',
        'core: test/ending-sessions.test.ts > maxSessions needs a session, and a store that can list, before anything is written',
      ],
  },
  'Tokenward.save': {
    'Stores a record of an access token that was signed elsewhere: with your keys before you used Tokenward (it is accepted from then on), or by a trusted issuer.':
      [
        'late-save-overwrites',
        'core: test/login-results.test.ts > save() returns when the token expires, and the token is accepted from then on',
      ],
    'A revoked token stays revoked.': ['tombstone-replaced', 'late-save-overwrites'],
    '@throws `TOKENWARD_UNSUPPORTED_OPERATION`: the store is not durable': ['evicting-saved'],
  },
  'Tokenward.verify': {
    'Tells whether a token is valid now: signature, claims, your requirements, and its revocation in the store (RFC 7662 calls this introspection).':
      ['signature-not-minded', 'cutoffs-ignored', 'expiry-one-late', 'scope-not-asked'],
  },
  'Tokenward.consume': {
    'Verifies an access token and uses it up: of all calls with one token, exactly one is active.':
      ['affected-rows-ignored', 'any-consume-mark-accepted'],
    'Later calls get the reason `consumed`.': ['any-consume-mark-accepted'],
  },
  'Tokenward.rotate': {
    'Exchanges a refresh token for its successor and a new access token (RFC 6749 §6, RFC 9700 §4.14).':
      [
        'end-moves',
        'core: test/login-results.test.ts > the claims of both tokens are those of the login',
      ],
    'A token that was rotated already gets the same successor again within the grace period, or the reason `consumed` where that successor was rotated too; more than `skew` after the grace period its session is revoked and the reason is `reused`.':
      [
        'grace-too-long',
        'revoked-successor-returned',
        'retry-reported-as-first',
        'no-settled-generation',
      ],
    '@throws `TOKENWARD_UNSUPPORTED_OPERATION`: the instance has no private key': [
      'core: test/login-results.test.ts > an instance without a private key neither issues nor rotates',
    ],
  },
  'Tokenward.revoke': {
    'Revokes a token (RFC 7009): an access token, or with a refresh token its whole session.': [
      'tombstone-not-made',
      'tombstone-for-a-refresh-token',
      'core: test/login-results.test.ts > revoke() names what it has revoked',
    ],
    'When the promise resolves, no verification that starts later accepts it.': [
      'cached-per-process',
      'stale-read',
      'joins-a-sent-read',
    ],
    '@throws `TOKENWARD_INVALID_INPUT`: also for a string that is not a JWT.': [
      'core: test/revoking.test.ts > revoke(%j) rejects and names what to pass, because it is not a JWT',
    ],
    '@throws Pass an object to revoke by an id.': 'description',
    'Revokes a session, a token by its id, or everything of a user, client or issuer.': [
      'old-wide-masks-new-narrow',
      'scope-not-asked',
    ],
    'When the promise resolves, no verification that starts later accepts what was revoked.': [
      'cutoffs-ignored',
      'session-cutoff-not-asked',
      'joins-a-sent-read',
    ],
    'Later logins are not affected.': ['epochs-by-clock'],
    '@throws `TOKENWARD_UNSUPPORTED_OPERATION`: `{ record }` on a store that may evict it': [
      'missing-token-is-enough',
      'core: test/login-results.test.ts > a listed record of an evicting store is not revoked by its key',
    ],
    'Revokes all sessions and stored tokens of a user but one session.': [
      'kept-session-revoked',
      'single-tokens-stay',
      'idle-sessions-stay',
    ],
    'When the promise resolves, no verification that starts later accepts what existed when the call began.':
      ['idle-sessions-stay', 'single-tokens-stay'],
    'It takes longer the more sessions there are: the deadline limits each step.': 'description',
    '@throws `TOKENWARD_UNSUPPORTED_OPERATION`: the store cannot list.': ['revoke-except'],
    '@throws Revoke the subject, and issue anew.': 'description',
  },
  'Tokenward.data': {
    'Returns what was stored with a token or session: its data, its names and whether it is accepted.':
      [
        'core: test/verify-data.test.ts > data() finds a token or session by each target, and refuses scopes',
      ],
    'For a refresh token, or an access token with a session: that of the session.': [
      'core: test/verify-data.test.ts > data() finds a token or session by each target, and refuses scopes',
    ],
    '@throws `TOKENWARD_KEYS_UNAVAILABLE`: the key management service failed': [
      'core: test/sealing/kms.test.ts > without the KMS, verify accepts a token without its data, and data() rejects',
    ],
  },
  'Tokenward.updateData': {
    'Changes the data of a token or session by one conditional write.': ['data-written-blindly'],
    'Where another call was faster, or a reply was lost, `change` is called again with what is stored then.':
      ['data-written-blindly', 'lost-change-repeated'],
    '`null` removes the data.': [
      'core: test/update-data.test.ts > null removes the data, and keeps the names',
    ],
    'Where it is unknown whether the change was made, the call rejects with `TOKENWARD_WRITE_INDETERMINATE`: to repeat it may make the change twice, so read the data first.':
      ['lost-change-repeated', 'change-computed-again', 'own-change-not-recognized'],
    '@param change gets a copy of the data, or `null`; may be async': [
      'core: test/update-data.test.ts > a change may mutate its argument, and what it returned may be changed later',
    ],
    '@throws `TOKENWARD_UNSUPPORTED_OPERATION`: the instance has no `sealing`': [
      'core: test/sealing/options.test.ts > without the option, data and label are refused with the fix, and everything else works',
    ],
    '@throws `TOKENWARD_KEYS_UNAVAILABLE`: the key management service failed': [
      'kms-failure-sticks',
      'core: test/sealing/kms.test.ts > a KMS that %s: data is refused within the deadline, and nothing is stored',
    ],
  },
  'Tokenward.sessions': {
    'Returns the sessions of a user, the newest first, page by page.': [
      'sessions-by-key',
      'sessions-of-all-clients',
      'sessions-with-tokens',
    ],
    '@throws `TOKENWARD_UNSUPPORTED_OPERATION`: the store cannot list': [
      'core: test/sessions.test.ts > %s of sessions() is refused',
      'capabilities-honest',
    ],
  },
  'Tokenward.reseal': {
    'Seals everything in the store that an earlier key has sealed with the current key, in small batches between which other work goes on.':
      ['reseal-forgets-notes', 'pages-in-one-turn', 'reseal-stops-early'],
    'It can be interrupted and run again.': ['reseal-stops-early', 'reseal-begins-again'],
    '@throws `TOKENWARD_UNSUPPORTED_OPERATION`: the store cannot list, or the instance has no `sealing`':
      [
        'core: test/reseal.test.ts > reseal needs a store that can list, and its options are checked',
      ],
    '@throws `TOKENWARD_KEYS_UNAVAILABLE`: the key management service failed': [
      'core: test/reseal.test.ts > a KMS that fails rejects, and the next call continues',
    ],
  },
  'Tokenward.erase': {
    'Revokes a user, and then removes the data, label, names and notes from all records of that user that are not accepted any more.':
      ['erase-empties-first', 'erase-keeps-notes'],
    'Logins after the revocation keep theirs.': ['erase-takes-new-logins'],
    'It can be interrupted and run again.': [
      'core: test/erase.test.ts > erase revokes the subject and empties its records, and a second call finds none',
    ],
    'Backups keep what they have.': 'description',
    '@throws `TOKENWARD_UNSUPPORTED_OPERATION`: the store cannot list': [
      'core: test/erase.test.ts > erase needs a store that can list, before it revokes, and its arguments are checked',
    ],
  },
  'Tokenward.explain': {
    'Verifies like `verify` and also returns each record that was read and its result.': [
      'core: test/requirements.test.ts > explain() refuses what verify() refuses, and still returns the records',
    ],
    'For a target: what is stored for it.': [
      'core: test/explain-results.test.ts > a listed record has its times, and can be explained and revoked',
    ],
    'Changes nothing.': ['core: test/explain-results.test.ts > explain() writes nothing'],
    '@param options as for `verify`; only with a token': 'description',
  },
  'Tokenward.list': {
    'Returns the stored tokens and sessions of a scope, each with its current result, page by page.':
      ['revoked-listed-as-active', 'limit-before-group'],
    'Under `denylist` there are only records of access tokens that have data, or were consumed or revoked.':
      [
        'core: test/login-results.test.ts > under denylist a token without a record is accepted, and only its revocation is stored',
      ],
    '@throws `TOKENWARD_UNSUPPORTED_OPERATION`: the store cannot list': ['evicting-listed'],
  },
  'Tokenward.prune': {
    'Deletes the records that no result depends on any more, in small batches between which other work goes on.':
      ['prune-deletes-revoked', 'prunes-ahead', 'prunes-without-pause'],
    'Run it regularly, for example daily.': 'description',
    '@throws `TOKENWARD_UNSUPPORTED_OPERATION`: the store removes these records without your help':
      [
        'core: test/explain-results.test.ts > prune() needs a store that does not expire its records itself',
      ],
  },
  'Tokenward.receive': {
    'Verifies a message that a trusted issuer has signed and that is no access token, such as a logout token (OpenID Connect Back-Channel Logout §2.4) or a security event token (RFC 8417), and acts on it.':
      [
        'core: test/receive.test.ts > a message is acted on once',
        'core: test/receive.test.ts > refused without the store and without the action:',
      ],
    'Of all calls with one message exactly one has received it; a later one does not act.': [
      'message-received-twice',
    ],
    'A call that fails has not received it: the message may be sent again, and `act` is called again.':
      ['failed-action-ignored'],
    '@param act does what the message asks for, before its id is noted; what it throws rejects the call':
      [
        'failed-action-ignored',
        'core: test/receive.test.ts > a message whose action failed can be sent again',
      ],
    '@throws `TOKENWARD_UNSUPPORTED_OPERATION`: the store is not durable': [
      'core: test/receive.test.ts > a store that may evict the note is refused',
    ],
  },
  'Tokenward.signIntrospection': {
    'Signs the response of an introspection endpoint (RFC 9701 §5).': [
      'core: test/sign-introspection.test.ts > the signed response is verified by the published keys',
    ],
    '@param audience the client id of the protected resource that asked': [
      'core: test/sign-introspection.test.ts > the signed response is verified by the published keys',
    ],
    '@param introspection the members of the response (RFC 7662 §2.2)': [
      'core: test/sign-introspection.test.ts > the signed response is verified by the published keys',
    ],
    '@throws `TOKENWARD_UNSUPPORTED_OPERATION`: the instance has no private key': [
      'core: test/sign-introspection.test.ts > an instance without a private key cannot sign a response',
    ],
    '@throws `TOKENWARD_KEYS_UNAVAILABLE`: the service that signs failed': [
      'core: test/signing-services.test.ts > fails before anything is stored',
    ],
  },
  'Tokenward.health': {
    'Checks the store and the keys of all issuers.': [
      'core: test/health.test.ts > health() reports the store, the issuers and the keys',
      'core: test/health.test.ts > health() reports a store that fails, and does not throw',
    ],
    'Problems are in the result; they are not thrown.': [
      'core: test/health.test.ts > health() reports the store, the issuers and the keys',
      'core: test/health.test.ts > health() reports a store that fails, and does not throw',
    ],
  },
  'Tokenward.jwks': {
    'The public keys, to serve at your JWKS URL (RFC 7517 §5).': [
      'core: test/key-checks.test.ts > jwks() publishes only the public members',
    ],
    'Those of a function `keys` are as it returned them last; it is called again in the background when they are 5 minutes old.':
      ['core: test/changing-keys.test.ts > are announced, sign and retire without a restart'],
    '@throws `TOKENWARD_KEYS_UNAVAILABLE`: the instance verifies by the URL of a JWK set': [
      'core: test/health.test.ts > an instance that only verifies has no time to remove a key, and none by a URL',
    ],
  },
  'Tokenward.on': {
    'Calls `listener` at each event of this name.': [
      'core: test/application-callbacks.test.ts > a listener of one event hears no other, also beside a listener of all',
    ],
    '@returns a function that removes the listener': [
      'core: test/application-callbacks.test.ts > a listener that throws, rejects or never settles affects no call and no other listener',
    ],
  },
  'Tokenward.onAny': {
    'Calls `listener` at every event, for a logger in one line.': [
      'core: test/application-callbacks.test.ts > a listener of all events is called with the name and data of each, until it is removed',
    ],
    '@returns a function that removes the listener': [
      'core: test/application-callbacks.test.ts > a listener of all events is called with the name and data of each, until it is removed',
    ],
  },
  'Tokenward.close': {
    'Refuses new calls, lets those under way finish for as long as `drain`, and closes.': [
      'drain-ignored',
      'drain-never-ends',
    ],
    'Of the calls that are left, those whose write was sent reject with `TOKENWARD_WRITE_INDETERMINATE`, all others with `TOKENWARD_CLOSED`.':
      ['sent-writes-are-closed', 'works-after-close'],
    'The repository is closed with the last instance that uses it.': ['closes-for-all'],
    'Repeated calls have no effect.': [
      'core: test/closing.test.ts > a repository object is closed with the last instance that uses it',
    ],
  },
}
