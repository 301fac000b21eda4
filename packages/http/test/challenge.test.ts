import { expect, test } from 'vitest'
import { challengeHeader } from '../src/answers/challenge.ts'
import { quotedString } from '../src/answers/header-value.ts'

test.for([
  ['a "b" \\c', '"a \\"b\\" \\\\c"'],
  ['a\r\nSet-Cookie: b', '"a??Set-Cookie: b"'],
  ['a\0\x7f\tb', '"a???b"'],
  ['caf\u00e9 \ud83d\ude00', '"caf? ??"'],
  ['', '""'],
])('%j is quoted', ([value, quoted]) => {
  expect(quotedString(value ?? '')).toBe(quoted)
  // A header that the Web accepts.
  expect(new Headers({ a: quotedString(value ?? '') }).get('a')).toBe(quoted)
})

test('a challenge for DPoP names the algorithms of proofs', () => {
  const challenge = challengeHeader({ scheme: 'DPoP', realm: 'api', error: 'invalid_token' })
  expect(challenge).toMatch(/^DPoP realm="api", error="invalid_token", algs="ES256 /)
})
