import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'

/** None of the texts contains one of the secrets, in any of its spellings. */
export function assertNotReadable(
  where: string,
  texts: readonly string[],
  secrets: readonly (readonly [what: string, secret: string])[],
): void {
  for (const [what, secret] of secrets) {
    for (const spelling of spellingsOf(secret)) {
      const found = texts.find((text) => text.includes(spelling))
      assert.equal(found, undefined, `${what} can be read in ${where}`)
    }
  }
}

/** As it is, in hex, and in base64url at each of the three positions at which it may begin. */
export function spellingsOf(secret: string): string[] {
  const encoded = ['', 'x', 'xx'].map((before) =>
    Buffer.from(before + secret)
      .toString('base64url')
      .slice(before === '' ? 0 : 4, -4),
  )
  return [secret, Buffer.from(secret).toString('hex'), ...encoded]
}
