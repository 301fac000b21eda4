import type { HeldInFile } from '../held-by.ts'

export const signing: HeldInFile = {
  SigningKeyPair: {
    'A key pair of the Web Crypto API.': 'description',
    'Its private key need not be extractable.': [
      'core: test/signing-services.test.ts > signs by a key that cannot be extracted',
    ],
  },
  'SigningKeyPair.kid': {
    'The id of the key, as in the header `kid` (RFC 7515 §4.1.4).': [
      'core: test/signing-services.test.ts > signs by a key that cannot be extracted',
    ],
  },
  'SigningKeyPair.alg': {
    'An asymmetric JWS algorithm (RFC 7518 §3.1, RFC 9864) that fits the key, such as `ES256`.': [
      'core: test/signing-services.test.ts > signs by a key that cannot be extracted',
    ],
  },
  SigningService: {
    'A key management service (KMS), or anything else that signs with a private key that it does not give out.':
      'description',
  },
  'SigningService.kid': {
    'The id of the key, as in the header `kid` (RFC 7515 §4.1.4).': [
      'core: test/signing-services.test.ts > signs by a service',
    ],
  },
  'SigningService.alg': {
    'An asymmetric JWS algorithm (RFC 7518 §3.1, RFC 9864) that fits the key, such as `ES256`.': [
      'core: test/signing-services.test.ts > signs by a service',
    ],
  },
  'SigningService.publicKey': {
    'Its public key: `jwks()` publishes it, and each signature is verified with it.': [
      'core: test/signing-services.test.ts > signs by a service',
    ],
  },
  'SigningService.sign': {
    'Signs the bytes; the service hashes them, by the hash of `alg`.': [
      'core: test/signing-services.test.ts > signs by a service',
    ],
    'It is called once for each token, and the call waits for it until its deadline.': [
      'core: test/signing-services.test.ts > a service gets the input of a call once for each token, and none at the start',
      'core: test/signing-services.test.ts > the signal of a service is aborted at the deadline',
    ],
    "`rotate` calls it before it changes the store, and so does `issue`, except on an evicting store: there it is called once the store has acknowledged the token's records.":
      [
        'signed-as-on-a-durable-store',
        'signed-before-its-records',
        'core: test/signing-order.test.ts > on a store that is %s, rotate signs before the write',
      ],
    '@param signal is aborted when no call waits any more': [
      'core: test/signing-services.test.ts > the signal of a service is aborted at the deadline',
    ],
    '@returns the signature, as in RFC 7518 §3 and RFC 8037 §3.1; for ECDSA also as DER, as most services return it':
      ['core: test/signing-services.test.ts > a service may return %s signatures as DER'],
  },
  SigningKey: {
    'A key of an issuer: a JWK (RFC 7517) with `alg` and `kid`, a pair of the Web Crypto API, or a service.':
      'description',
  },
  SigningKeyList: {
    'The first key signs, all of them verify.': [
      'core: test/changing-keys.test.ts > are announced, sign and retire without a restart',
    ],
    'A public JWK only verifies.': [
      'core: test/changing-keys.test.ts > are public keys in a process that only verifies',
    ],
  },
  LoadSigningKeys: {
    'Returns the keys that are in use now, for instance from your secret store: keys change without a restart.':
      [
        'core: test/changing-keys.test.ts > are asked for again for the token of a process that had a new key first',
        'core: test/changing-keys.test.ts > with an unknown kid are looked up once in 30 seconds',
      ],
    'Tokenward calls it when the instance is created, again when the keys are used and 5 minutes old, and for a token whose `kid` is unknown, at most twice a second.':
      [
        'core: test/changing-keys.test.ts > are asked for again for the token of a process that had a new key first',
        'core: test/changing-keys.test.ts > with an unknown kid are looked up once in 30 seconds',
      ],
    'If it fails, or returns no usable keys, or takes more than 4 seconds, the last keys are used for `keySetMaxAge`.':
      ['core: test/changing-keys.test.ts > leaves the last keys in use for a day'],
    'A key that comes first signs once this instance has published it for 15 minutes; until then the next key signs that it has known for as long, if there is one.':
      ['core: test/changing-keys.test.ts > are published for 15 minutes before they sign'],
    '@param signal is aborted after 4 seconds, and when the instance is closed': [
      'core: test/changing-keys.test.ts > are announced, sign and retire without a restart',
    ],
  },
}
