import { defineEngines } from './known-bad-engine.ts'

const restricted = 'policy/restrict-policy.js'

/** Cores that accept or reveal too much. */
export const inputAndKeys: ReturnType<typeof defineEngines> = defineEngines({
  'any-policy-accepted': {
    mutation: 'a policy that the backend cannot keep is started',
    caughtBy: 'capabilities-honest',
    failureMatches: /./,
    patches: [
      {
        file: restricted,
        find: "if (policy.mode === 'denylist' || policy.trustsOthers)",
        replace: 'if (false)',
      },
    ],
  },
  'older-reads-accepted': {
    mutation: 'a store whose reads may be older than an acknowledged revocation is used',
    caughtBy: 'capabilities-honest',
    failureMatches: /older reads/,
    patches: [{ file: restricted, find: 'if (!remaining.linearizable)', replace: 'if (false)' }],
  },
  'findings-withheld': {
    mutation: 'a refusal does not carry the findings',
    caughtBy: 'findings-reported',
    failureMatches: /./,
    patches: [
      { file: restricted, find: 'relevant.length > 0 ? relevant', replace: 'false ? relevant' },
    ],
  },
  'names-concatenated': {
    mutation: 'the parts of a name are concatenated without their lengths',
    caughtBy: 'hostile-ids',
    failureMatches: /./,
    patches: [
      {
        file: 'scopes/keys.js',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: this is source text
        find: '`${part.length}:${part}`',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: this is source text
        replace: '`${part}`',
      },
    ],
  },
  'keyed-on-the-raw-token': {
    mutation: 'a token without an id is identified by its own string, of which there are several',
    caughtBy: 're-encoded-token',
    failureMatches: /accepted/,
    patches: [
      {
        file: 'jwt/authenticator.js',
        find: '? this.#keyDeriver.tokenBySigningInput(issuer, input)',
        replace: '? this.#keyDeriver.tokenBySigningInput(issuer, token)',
      },
    ],
  },
  'issuer-made-a-string': {
    mutation: 'the issuer of an unverified token is converted to a string',
    caughtBy: 'token-fuzz',
    failureMatches: /makes it throw (Type|Range)Error/,
    patches: [
      {
        file: 'jwt/authenticator.js',
        find: "this.#issuers.get(compact.payload['iss'])",
        replace: "this.#issuers.get(String(compact.payload['iss']))",
      },
    ],
  },
  'signature-not-minded': {
    mutation: 'a token is accepted although its signature is wrong',
    caughtBy: 'token-fuzz',
    failureMatches: /a forgery (is taken|reaches the store)/,
    patches: [
      {
        file: 'jwt/authenticator.js',
        find: 'if (wrong !== null)',
        replace: "if (wrong !== null && wrong !== 'signature')",
      },
    ],
  },
  'payload-in-clear': {
    mutation: 'the claims of a token are stored in its record',
    caughtBy: 'no-secrets-in-logs',
    failureMatches: /./,
    patches: [
      {
        file: 'issuing/store-token.js',
        find: 'body: {\n            issuedAt: privateClaim.issuedAt,',
        replace:
          'body: {\n            claims: new TextDecoder().decode(draft.payload),\n            issuedAt: privateClaim.issuedAt,',
      },
    ],
  },
  'looks-up-the-raw-token': {
    mutation: 'beside the keys of its records, the token itself is looked up in the store',
    caughtBy: 'no-secrets-in-server-log',
    // An adapter may refuse what is no key.
    failureMatches: /is in the log of the server|A key must be/,
    patches: [
      {
        file: 'operations/verify.js',
        find: 'data ? data.keys : authenticated.recordKeys',
        replace: 'data ? data.keys : [...authenticated.recordKeys, token]',
      },
    ],
  },
  'works-after-close': {
    mutation: 'a closed instance still answers what needs no store',
    caughtBy: 'closed',
    failureMatches: /./,
    patches: [{ file: 'calls.js', find: 'if (this.closed)', replace: 'if (false)' }],
  },
  'namespace-not-hashed': {
    mutation: 'the namespace is not part of the keys',
    caughtBy: 'isolation',
    failureMatches: /./,
    patches: [
      {
        file: 'scopes/keys.js',
        find: 'lengthPrefixed([FORMAT, this.#namespace, kind, ...parts])',
        replace: 'lengthPrefixed([FORMAT, kind, ...parts])',
      },
    ],
  },
  'undefined-is-ignored': {
    mutation: 'an `undefined` property is ignored: the whole client is revoked',
    caughtBy: 'undefined-target',
    failureMatches: /./,
    patches: [
      {
        file: 'input/target.schema.js',
        find: '...eachMember(v.exactOptional(name))',
        replace: '...eachMember(v.optional(name))',
      },
    ],
  },
  'unhandled-failure': {
    mutation: 'an answer of the store is awaited twice, and the second failure is not handled',
    caughtBy: 'no-unhandled-errors',
    failureMatches: /./,
    patches: [
      {
        file: 'store/batcher.js',
        find: 'return this.#options.send(items, signal, reply);',
        replace: `const sent = this.#options.send(items, signal, reply);
          sent.then(() => undefined);
          return sent;`,
      },
    ],
  },
  'cursor-includes': {
    mutation: 'the last record of a page is the first of the next',
    caughtBy: 'listing',
    failureMatches: /./,
    patches: [
      {
        file: 'inspection/pages.js',
        find: ': selected.at(-1);',
        replace: ': (selected.at(-2) ?? selected.at(-1));',
      },
    ],
  },
  'derived-cutoff-not-listed': {
    mutation: 'a list does not ask the cutoff of a subject at one client',
    caughtBy: 'listed-status',
    failureMatches: /list: subject\+client/,
    patches: [
      {
        file: 'scopes/groups.js',
        find: '?? (await keyDeriver.cutoffKey(scope, {}, cutoffKeys))',
        replace: '?? null',
      },
    ],
  },
  'evicting-listed': {
    mutation: 'an evicting store is listed, although it may have lost records',
    caughtBy: 'capabilities-honest',
    failureMatches: /on an evicting store/,
    patches: [{ file: restricted, find: 'listing: false, pruning: false', replace: '' }],
  },
  'evicting-saved': {
    mutation: 'an external token is saved to an evicting store',
    caughtBy: 'capabilities-honest',
    failureMatches: /on an evicting store/,
    patches: [
      {
        file: 'operations/save.js',
        find: 'if (policy.missingMeansRefused)',
        replace: 'if (false)',
      },
    ],
  },
})
