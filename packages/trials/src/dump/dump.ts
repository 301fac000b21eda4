import { createTokenward, generateKeys, generateSealingKey } from '@tokenward/core'
import type { TokenRepository } from '@tokenward/core/adapter'
import { repositories, type StoreName, type TrialStore } from '../stores.ts'
import { openWithJoserfc, type SealedText } from './joserfc.ts'
import { dayOfShop, Secrets } from './shop.ts'

/** After a day of work the store has no secret in clear, and another JOSE library opens all of it. */
export async function dump(name: StoreName, store: TrialStore): Promise<void> {
  const { repository, keysWritten } = recording(repositories[name](store.url))
  const key = generateSealingKey()
  const secrets = new Secrets()
  const tokens = await createTokenward({
    issuer: 'https://shop.example',
    keys: await generateKeys(),
    repository,
    sealing: key,
    deadline: '20s',
  })
  await dayOfShop(tokens, secrets, repository.capabilities.listing)
  const bytes = await store.dump()
  const found = secrets.all.filter((secret) =>
    encodings(secret).some((each) => bytes.includes(each)),
  )
  // A record's key must be there: else the dump would be empty, and prove nothing.
  const known = [...keysWritten].filter((each) => bytes.includes(each)).length
  const texts = await sealedTexts(repository, [...keysWritten])
  await tokens.close()
  console.log(
    `dump: ${bytes.length} bytes with ${known} of ${keysWritten.size} keys; ${found.length} of ${secrets.all.length} secrets found in clear`,
  )
  if (found.length > 0) throw new Error(`in clear: ${found.slice(0, 5).join(', ')}`)
  if (known === 0) throw new Error('the dump has no record')
  const opened = await openWithJoserfc(key, texts)
  const missing = secrets.all.filter((secret) => !opened.some((text) => text.includes(secret)))
  console.log(
    `joserfc: opened ${opened.length} of ${texts.length} sealed texts; ${secrets.all.length - missing.length} of ${secrets.all.length} secrets are in them`,
  )
  if (missing.length > 0)
    console.log(
      `not stored, as later notes of one revocation: ${missing.map((each) => each.split('-')[0]).join(', ')}`,
    )
  if (opened.length < texts.length) throw new Error('joserfc could not open all of them')
}

/** The text as it is, and as it would be encoded by accident. */
function encodings(secret: string): Buffer[] {
  const bytes = Buffer.from(secret)
  // Base64 of a text within a longer one: the characters that do not depend on the neighbors.
  const shifted = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(shift === 0 ? 0 : 4, -4),
  )
  const url = shifted.map((each) => each.replaceAll('+', '-').replaceAll('/', '_'))
  const texts = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('hex'),
    ...shifted,
    ...url,
  ]
  return [...texts.map((text) => Buffer.from(text)), Buffer.from(secret, 'utf16le')]
}

interface Recording {
  readonly repository: TokenRepository
  readonly keysWritten: ReadonlySet<string>
}

/** Remembers the keys of all records: not every store can list them. */
function recording(repository: TokenRepository): Recording {
  const keysWritten = new Set<string>()
  const write = repository.write.bind(repository)
  repository.write = async (writes, signal) => {
    for (const { record } of writes) keysWritten.add(record.key)
    return write(writes, signal)
  }
  return { repository, keysWritten }
}

async function sealedTexts(
  repository: TokenRepository,
  keys: readonly string[],
): Promise<SealedText[]> {
  const texts: SealedText[] = []
  for (let i = 0; i < keys.length; i += 64) {
    const page = await repository.read(keys.slice(i, i + 64), AbortSignal.timeout(20_000))
    for (const record of page) {
      if (record === null) continue
      const { namespace } = repository
      const { sealed, revoked, accessRevoked } = JSON.parse(record.body)
      for (const text of [sealed, revoked?.sealed, accessRevoked?.sealed]) {
        if (typeof text === 'string')
          texts.push({ namespace, kind: record.kind, key: record.key, text })
      }
    }
  }
  return texts
}
