import type { HeldInFile } from '../held-by.ts'

export const messages: HeldInFile = {
  ReceiveOptions: {
    'The options of {@link Tokenward.receive}.': 'description',
  },
  'ReceiveOptions.typ': {
    'The header `typ` that the message must have, such as `logout+jwt` or `secevent+jwt` (RFC 8417 §2.3).':
      ['core: test/receive.test.ts > refused without the store and without the action:'],
    '`null` accepts any: then its claims must tell it from every other kind of token of the issuer.':
      ['core: test/receive.test.ts > typ null accepts any type'],
  },
  'ReceiveOptions.audience': {
    'One of these must be in the claim `aud`.': [
      'core: test/receive.test.ts > refused without the store and without the action:',
    ],
  },
  'ReceiveOptions.maxAge': {
    'How old a message may be, by its claim `iat`, from `1s` to `30d`.': [
      'core: test/receive.test.ts > wrong options are refused',
      'core: test/receive.test.ts > refused without the store and without the action:',
    ],
    'Its id is kept for as long.': ['message-note-pruned'],
    "@default '7d'": [
      'core: test/defaults.test.ts > options of a call that are left out have their documented defaults',
    ],
  },
  MessageClaims: {
    'The claims of a message, as they were signed (RFC 8417 §2.2).': [
      'core: test/receive.test.ts > a message is acted on once',
    ],
    'Frozen.': ['core: test/receive.test.ts > a message is acted on once'],
  },
  'MessageClaims.iss': {
    'Issuer.': 'description',
  },
  'MessageClaims.aud': {
    'Audience.': 'description',
  },
  'MessageClaims.iat': {
    'Issue time, in seconds since 1970.': 'description',
  },
  'MessageClaims.jti': {
    'Message id: unique within the issuer.': 'description',
  },
  'MessageClaims.exp': {
    'Expiration time, in seconds since 1970.': 'description',
  },
  'MessageClaims.sub': {
    'Subject.': 'description',
  },
  'MessageClaims.sid': {
    'Session.': 'description',
  },
  Received: {
    'The result of {@link Tokenward.receive}.': 'description',
    'Of all calls with one message, exactly one has received it; the reason of the later ones is `consumed`.':
      ['message-received-twice'],
  },
}
