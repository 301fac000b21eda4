import { Readable } from 'node:stream'
import {
  createTokenward,
  generateKeys,
  generateSealingKey,
  prepare,
  type Tokenward,
  type TokenwardOptions,
} from '@tokenward/core'
import { memory } from '@tokenward/memory'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type ExportCounts, exportLines } from '../src/transfer/export-lines.ts'
import { type Imported, importLines } from '../src/transfer/import-lines.ts'
import { parseLine } from '../src/transfer/line.ts'

const ISSUER = 'https://api.example.com'
const OTHER = 'https://idp.example.com'
const inAnHour = Math.ceil(Date.now() / 1_000) + 3_600

const keys = await generateKeys()
const { d: _, ...publicKey } = keys[0]

async function instance(): Promise<Tokenward> {
  return opened({
    sealing: { ...generateSealingKey(), kid: 'seal' },
    trust: [{ issuer: OTHER, jwks: { keys: [publicKey] }, audience: 'api', maxLifetime: '1h' }],
  })
}

async function opened(more: Partial<TokenwardOptions> = {}): Promise<Tokenward> {
  const options = { issuer: ISSUER, keys, repository: memory(), ...more }
  await prepare(options)
  const tokens = await createTokenward(options)
  onTestFinished(() => tokens.close())
  return tokens
}

interface Options {
  readonly dryRun?: boolean
  readonly firstLine?: number
  readonly signal?: AbortSignal
  readonly onBadLine?: (text: string) => void
}

function importOf(
  tokens: Tokenward,
  lines: readonly (object | string)[],
  { dryRun = false, firstLine = 1, signal, onBadLine = () => undefined }: Options = {},
): Promise<Imported> {
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
  return importLines(tokens, {
    input: Readable.from([text.join('\n')]),
    firstLine,
    dryRun,
    signal: signal ?? new AbortController().signal,
    tokensFile: null,
    onProgress: () => undefined,
    onBadLine,
  })
}

async function exported(
  tokens: Tokenward,
  issuers: readonly string[] = [ISSUER, OTHER],
): Promise<readonly object[]> {
  const counts: ExportCounts = { scanned: 0, revocations: 0, sessions: 0, unnamed: 0, corrupt: 0 }
  const { signal } = new AbortController()
  const request = { issuers, signal, onPage: () => undefined }
  const lines: string[] = []
  for await (const page of exportLines(tokens, counts, request)) lines.push(...page)
  return lines.map((line) => JSON.parse(line) as object)
}

describe('import', () => {
  test('revokes a token that is presented later, and everything of a user up to an instant', async () => {
    const tokens = await instance()
    const one = await tokens.issue({ subject: 'ada', client: 'web', refresh: false })
    const login = await tokens.issue({ subject: 'bob', client: 'web' })
    const { counts, bad } = await importOf(tokens, [
      { jti: one.jti, exp: inAnHour, reason: 'stolen' },
      { subject: 'bob', before: Date.now() },
    ])
    expect({ counts, bad }).toMatchObject({ counts: { lines: 2, revoked: 2 }, bad: [] })
    const first = await tokens.explain(one.accessToken)
    expect(first).toMatchObject({ reason: 'revoked', note: { reason: 'stolen' } })
    expect(await tokens.verify(login.accessToken)).toMatchObject({ decidedBy: 'subject' })
  })

  test('an import that is repeated changes nothing, and counts it', async () => {
    const tokens = await instance()
    const lines = [{ jti: 'a' }, { issuer: OTHER, jti: 'a' }, { session: 's' }]
    expect((await importOf(tokens, lines)).counts).toMatchObject({ revoked: 3, alreadyRevoked: 0 })
    const before = await exported(tokens)
    expect((await importOf(tokens, lines)).counts).toMatchObject({ revoked: 0, alreadyRevoked: 3 })
    expect(await exported(tokens)).toEqual(before)
  })

  test('a bad line is reported with its number and its text, and the others are imported', async () => {
    const tokens = await instance()
    const given: string[] = []
    const { counts, bad } = await importOf(
      tokens,
      [{ jti: 'a' }, '', 'no JSON', { jti: 'b', issuer: 'https://unknown.example' }, { jti: 'c' }],
      { onBadLine: (text) => given.push(text) },
    )
    expect(counts).toMatchObject({ lines: 4, revoked: 2 })
    expect(bad.map(({ line }) => line)).toEqual([3, 4])
    expect(given).toEqual(['no JSON', '{"jti":"b","issuer":"https://unknown.example"}'])
  })

  test('with dryRun it changes nothing', async () => {
    const tokens = await instance()
    await tokens.revoke({ jti: 'a' })
    const { counts, bad } = await importOf(
      tokens,
      [{ jti: 'a' }, { jti: 'b' }, { record: 'A'.repeat(24) }],
      { dryRun: true },
    )
    expect(counts).toMatchObject({ revoked: 1, alreadyRevoked: 1 })
    expect(bad).toEqual([{ line: 3, message: 'there is no record with this key' }])
    expect(await exported(tokens)).toHaveLength(1)
  })

  test('skips what has expired on every clock, and not what has expired just now', async () => {
    const tokens = await instance()
    const now = Date.now() / 1_000
    const { counts } = await importOf(tokens, [
      { jti: 'a', exp: now - 60 },
      { jti: 'b', exp: now - 86_400 },
      { jti: 'c', exp: null },
    ])
    expect(counts).toMatchObject({ revoked: 2, expired: 1 })
  })

  test('begins at a line, and an interruption tells the next one', async () => {
    const tokens = await instance()
    const lines = [{ jti: 'a' }, { jti: 'b' }, { jti: 'c' }]
    const stopped = await importOf(tokens, lines, { signal: AbortSignal.abort(), firstLine: 2 })
    expect(stopped).toMatchObject({ counts: { lines: 0 }, nextLine: 2 })
    expect((await importOf(tokens, lines, { firstLine: 2 })).counts).toMatchObject({ revoked: 2 })
  })

  test('ends at the first line of the batch that the store has failed', async () => {
    const tokens = await instance()
    await tokens.close()
    const lines = Array.from({ length: 3 }, (_, i) => ({ jti: `${i}` }))
    const ended = await importOf(tokens, ['bad', ...lines])
    expect(ended).toMatchObject({ nextLine: 1, error: { code: 'TOKENWARD_CLOSED' }, bad: [] })
  })
})

test('what was exported is imported into another store, and exported again', async () => {
  const [from, to] = [await instance(), await instance()]
  const kept = await from.issue({ subject: 'ada', client: 'web', label: 'Firefox' })
  const ended = await from.issue({ subject: 'ada', client: 'web' })
  const used = await from.issue({ subject: 'ada', client: 'job', refresh: false })
  await from.revoke({ session: ended.session }, { reason: 'lost phone', actor: 'support' })
  await from.consume(used.accessToken)
  await from.revoke({ issuer: OTHER, jti: 'external' }, { reason: 'stolen' })
  const lines = await exported(from)
  expect(lines).toHaveLength(4)
  expect(lines).toEqual(
    expect.arrayContaining([
      {
        ...{ type: 'session', session: kept.session, subject: 'ada', client: 'web' },
        ...{ label: 'Firefox', iat: expect.any(Number), exp: expect.any(Number) },
      },
      {
        ...{ session: ended.session, exp: expect.any(Number) },
        ...{ reason: 'lost phone', actor: 'support' },
      },
      { jti: used.jti, exp: expect.any(Number), reason: 'consumed' },
      { issuer: OTHER, jti: 'external', exp: expect.any(Number), reason: 'stolen' },
    ]),
  )
  const revocations = lines.filter((line) => !('type' in line))
  expect((await importOf(to, revocations)).counts).toMatchObject({ lines: 3, revoked: 3 })
  for (const target of [{ session: ended.session }, { jti: used.jti }]) {
    expect(await to.explain(target)).toMatchObject({ active: false, reason: 'revoked' })
  }
  // A session that was never stored here has a cutoff, which is in no list.
  const ids = (await exported(to)).map((line) => Reflect.get(line, 'jti'))
  expect(ids.toSorted()).toEqual([used.jti, 'external'].toSorted())
})

test('an unnamed record is exported by its key, and imported by it', async () => {
  const tokens = await opened()
  await tokens.revoke({ jti: 'a' })
  const [line = {}] = await exported(tokens, [ISSUER])
  expect(line).toEqual({ record: expect.any(String), exp: expect.any(Number) })
  expect((await importOf(tokens, [line])).counts).toMatchObject({ alreadyRevoked: 1 })
})

describe('a line', () => {
  test.for([
    ['{"jti":"a","exp":1999999999999}', /'exp' must be seconds/],
    ['{"subject":"ada","before":1700000000}', /'before' must be an ISO 8601 time, or ms/],
    ['{"subject":"ada","before":"2999-01-01"}', /'before' is in the future/],
    ['{"subject":"ada"}', /needs 'before'/],
    ['{"subject":"ada","clinet":"web","before":1700000000000}', /unknown member/],
    ['{"subject":"ada","client":null,"before":1700000000000}', /'client' must be/],
    ['{"jti":"a","session":"b"}', /several targets/],
    ['{"jti":"a","before":1700000000000}', /'before' does not go with 'jti'/],
    ['{"jti":"eyJhbGciOiJub25lIn0.e30."}', /a whole token/],
    ['{"jti":5}', /'jti' must be a well-formed string/],
    ['{"jti":""}', /'jti' must be a well-formed string/],
    ['{}', /names no target/],
    ['[]', /not a JSON object/],
    ['{"type":"sessions","session":"a"}', /'type' must be/],
    ['{"type":"session","session":"a","subject":"ada"}', /'client' must be/],
    ['{"type":"session","session":"a","before":1700000000000}', /unknown member/],
    [`{"jti":"a","reason":"${'r'.repeat(1_025)}"}`, /'reason' must be/],
  ] as const)('%s is refused', ([text, message]) => {
    expect(() => parseLine(text)).toThrow(message)
  })

  test('takes ISO 8601 in place of numbers', () => {
    expect(parseLine('{"jti":"a","exp":"2026-11-23T14:45:00Z"}')).toMatchObject({
      expiresAt: Date.UTC(2026, 10, 23, 14, 45),
    })
    expect(parseLine('{"client":"web","before":"2026-11-23"}')).toMatchObject({
      target: { client: 'web' },
      options: { before: new Date('2026-11-23') },
    })
  })
})
