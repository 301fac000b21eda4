import type { HeldInFile } from '../held-by.ts'

export const sealing: HeldInFile = {
  KeyContext: {
    'What a wrapped key belongs to, for the encryption context of a key management service.':
      'description',
  },
  'KeyContext.namespace': {
    'The namespace of the repository.': [
      'core: test/sealing/kms.test.ts > a wrapped key is unwrapped once an hour, and its context is the namespace',
    ],
  },
  KeyManagement: {
    'A key management service (KMS), or anything else that wraps keys with a key that it does not give out.':
      'description',
    'One data key per process and hour is wrapped; it seals thousands of records.': [
      'kms-for-each-record',
      'core: test/sealing/kms.test.ts > concurrent calls share one data key, which seals for an hour',
    ],
  },
  'KeyManagement.id': {
    'The id of the wrapping key, 1 to 128 printable ASCII characters.': [
      'core: test/sealing/options.test.ts > %s is refused before the store is opened, and no message has the key',
    ],
    'It is stored with each record.': [
      'core: test/sealing/kms.test.ts > the header has the wrapped key, of at most 4,096 bytes',
    ],
  },
  'KeyManagement.wrap': {
    'Encrypts a key of 32 bytes.': [
      'core: test/sealing/kms.test.ts > concurrent calls share one data key, which seals for an hour',
    ],
    '@returns at most 4,096 bytes': [
      'core: test/sealing/kms.test.ts > a KMS whose wrapped keys have %i bytes is refused',
    ],
  },
  'KeyManagement.unwrap': {
    'Decrypts what {@link wrap} returned.': [
      'core: test/sealing/kms.test.ts > a wrapped key is unwrapped once an hour, and its context is the namespace',
    ],
  },
  SealingKey: {
    "A key that seals what belongs to a token: a secret JWK (RFC 7518 §6.4) with `kty: 'oct'`, 32 bytes as `k`, and a `kid`; or a {@link KeyManagement}.":
      [
        'core: test/sealing/options.test.ts > %s is refused before the store is opened, and no message has the key',
        'core: test/sealing/envelope.test.ts > a stored text is opened by plain node:crypto, step by step',
      ],
  },
  SealingKeys: {
    'The first key seals, all of them open.': ['only-first-key-opens', 'rotation-keeps-old-key'],
    'To rotate keys, put the new one first, run `tokenward reseal`, and remove the old one when `tokenward doctor` reports that it may be removed.':
      [
        'missing-key-not-found',
        'cli: test/doctor-keys.test.ts > a key that has sealed and is missing is a finding',
      ],
  },
}
