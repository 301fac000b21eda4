import { engines } from './known-bad-engine.ts'

const lesser = 'policy/non-durable-policy.js'

/** Cores that let too much in, or out. */
export const boundary: ReturnType<typeof engines> = engines({
  'admits-anything': {
    breaks: 'a policy that the backend cannot keep is started',
    namedCase: 'capabilities-honest',
    because: /./,
    patches: [
      {
        file: lesser,
        find: "if (policy.mode === 'denylist' || policy.trusts)",
        replace: 'if (false)',
      },
    ],
  },
  'findings-withheld': {
    breaks: 'a refusal does not say what was found',
    namedCase: 'finding-told',
    because: /./,
    patches: [
      { file: lesser, find: 'relevant.length > 0 ? relevant', replace: 'false ? relevant' },
    ],
  },
  'names-run-together': {
    breaks: 'the parts of a name are lengthPrefixed without their lengths',
    namedCase: 'hostile-ids',
    because: /./,
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
    breaks: 'a token without an id is known by its own string, of which there are several',
    namedCase: 're-encoded-token',
    because: /accepted/,
    patches: [
      {
        file: 'jwt/authenticator.js',
        find: '? this.#keyDeriver.tokenBySigningInput(issuer, input)',
        replace: '? this.#keyDeriver.tokenBySigningInput(issuer, token)',
      },
    ],
  },
  'issuer-made-a-string': {
    breaks: 'the issuer of a token that nobody has checked is converted to a string',
    namedCase: 'token-fuzz',
    because: /makes it throw (Type|Range)Error/,
    patches: [
      {
        file: 'jwt/authenticator.js',
        find: "this.#issuers.get(compact.payload['iss'])",
        replace: "this.#issuers.get(String(compact.payload['iss']))",
      },
    ],
  },
  'signature-not-minded': {
    breaks: 'a token is taken although its signature is wrong',
    namedCase: 'token-fuzz',
    because: /a forgery (is taken|reaches the store)/,
    patches: [
      {
        file: 'jwt/authenticator.js',
        find: 'if (wrong !== null)',
        replace: "if (wrong !== null && wrong !== 'signature')",
      },
    ],
  },
  'payload-in-clear': {
    breaks: 'the claims of a token stand in its record',
    namedCase: 'log-canary',
    because: /./,
    patches: [
      {
        file: 'issuing/store-token.js',
        find: 'body: {\n            issuedAt: privateClaim.issuedAt,',
        replace:
          'body: {\n            claims: new TextDecoder().decode(draft.payload),\n            issuedAt: privateClaim.issuedAt,',
      },
    ],
  },
  'closed-goes-on': {
    breaks: 'a closed instance still answers what needs no store',
    namedCase: 'closed',
    because: /./,
    patches: [{ file: 'calls.js', find: 'if (this.#closing)', replace: 'if (false)' }],
  },
  'namespace-not-hashed': {
    breaks: 'the namespace is no part of the keys',
    namedCase: 'isolation',
    because: /./,
    patches: [
      {
        file: 'scopes/keys.js',
        find: 'lengthPrefixed([FORMAT, this.#namespace, kind, ...parts])',
        replace: 'lengthPrefixed([FORMAT, kind, ...parts])',
      },
    ],
  },
  'undefined-is-ignored': {
    breaks: 'a property that is `undefined` is left out: the whole client is revoked',
    namedCase: 'undefined-target',
    because: /./,
    patches: [
      {
        file: 'input/target.schema.js',
        find: 'subject: v.exactOptional(name)',
        replace: 'subject: v.optional(name)',
      },
    ],
  },
  'failure-heard-by-nobody': {
    breaks: 'an answer of the store is waited for twice, and the second time nobody catches it',
    namedCase: 'no-uncaught',
    because: /./,
    patches: [
      {
        file: 'store/pending-calls.js',
        find: 'answer.then((value) => {',
        replace: 'answer.then(() => undefined); answer.then((value) => {',
      },
    ],
  },
  'cursor-includes': {
    breaks: 'the last record of a page is the first of the next',
    namedCase: 'listing',
    because: /./,
    patches: [
      {
        file: 'operations/list.js',
        find: '(page.at(-1)?.key ?? null)',
        replace: '(page.at(-2)?.key ?? page.at(-1)?.key ?? null)',
      },
    ],
  },
  'evicting-listed': {
    breaks: 'a list is given of a store that may have forgotten what stood in it',
    namedCase: 'capabilities-honest',
    because: /on an evicting store/,
    patches: [
      { file: 'policy/non-durable-policy.js', find: 'listing: false, pruning: false', replace: '' },
    ],
  },
  'evicting-saved': {
    breaks: 'a token that was signed elsewhere is saved to a store that forgets',
    namedCase: 'capabilities-honest',
    because: /on an evicting store/,
    patches: [
      {
        file: 'operations/save.js',
        find: 'if (policy.missingMeansRefused)',
        replace: 'if (false)',
      },
    ],
  },
})
