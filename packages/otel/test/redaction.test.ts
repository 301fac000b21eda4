import { tracingChannel } from 'node:diagnostics_channel'
import { inspect } from 'node:util'
import { generateKeys, generateSealingKey, type Tokenward } from '@tokenward/core'
import { type MemoryRecords, memory } from '@tokenward/memory'
import { expect, onTestFinished, test } from 'vitest'
import { breakable, instance, telemetry } from './support.ts'

const OPERATIONS = [
  'issue',
  'save',
  'verify',
  'consume',
  'rotate',
  'revoke',
  'explain',
  'list',
  'sessions',
  'data',
  'updateData',
  'erase',
  'reseal',
  'prune',
  'health',
] as const

/** Everything that the channels publish until the test ends, as text. */
function channelMessages(): readonly string[] {
  const messages: string[] = []
  const note = (message: object): void => void messages.push(inspect(message, { depth: null }))
  const subscribers = { start: note, end: note, asyncStart: note, asyncEnd: note, error: note }
  for (const name of [...OPERATIONS, 'store']) {
    const channel = tracingChannel(`tokenward:${name}`)
    channel.subscribe(subscribers)
    onTestFinished(() => void channel.unsubscribe(subscribers))
  }
  return messages
}

/** What no telemetry may contain. Those of `ids` are in events, which name who they are about. */
interface Canaries {
  readonly ids: Set<string>
  readonly secrets: Set<string>
}

const NAMES = { subject: 'canary-subject', client: 'canary-client' }
const NOTE = { reason: 'canary-reason', actor: 'canary-actor' }
const STORE_URL = 'postgres://app:canary-password@db.internal/tokens'

function newCanaries(): Canaries {
  return {
    ids: new Set([...Object.values(NAMES), 'canary-audience']),
    secrets: new Set([...Object.values(NOTE), 'canary-data', 'canary-label', 'canary-claim']),
  }
}

/** Calls every operation in turn, so that each has something to do. */
async function callAll(tokens: Tokenward, { ids, secrets }: Canaries): Promise<void> {
  const attempt = async <T>(call: Promise<T>): Promise<T | null> => call.catch(() => null)
  const claims = { note: 'canary-claim' }
  const more = { data: { note: 'canary-data' }, label: 'canary-label', audience: 'canary-audience' }
  const login = await attempt(tokens.issue({ ...NAMES, claims, ...more }))
  const token = login?.accessToken ?? 'canary-token'
  const refresh = login?.refreshToken ?? 'canary-token'
  for (const secret of [token, refresh, ...token.split('.')]) secrets.add(secret)
  if (login) for (const id of [login.jti, login.session]) ids.add(id)
  const session = login?.session ?? 'canary-session'
  await attempt(tokens.verify(token, { audience: 'canary-audience', data: true }))
  await attempt(tokens.verify(`${token}canary`))
  await attempt(tokens.explain(token))
  await attempt(tokens.consume(token, { idempotencyKey: 'canary-idempotency' }))
  await attempt(tokens.list({ subject: NAMES.subject }))
  await attempt(tokens.sessions({ subject: NAMES.subject }, { data: true }))
  await attempt(tokens.data({ session }))
  await attempt(tokens.updateData({ session }, () => ({ note: 'canary-data' })))
  const next = await attempt(tokens.rotate(refresh))
  if (next?.active) secrets.add(next.accessToken).add(next.refreshToken)
  await attempt(tokens.save(token))
  await attempt(tokens.revoke(token, NOTE))
  await attempt(tokens.revoke({ subject: NAMES.subject }, NOTE))
  await attempt(tokens.erase({ subject: NAMES.subject }))
  await attempt(tokens.reseal())
  await attempt(tokens.prune())
  await attempt(tokens.health())
}

/** Arguments that are refused, and functions of the application that fail. */
async function callWrongly(tokens: Tokenward): Promise<void> {
  const refuse = (call: Promise<unknown>): Promise<void> => expect(call).rejects.toThrow()
  await refuse(tokens.issue({ ...NAMES, subject: 'canary-subject\ud800' }))
  const fail = (): never => {
    throw new Error('canary-claim')
  }
  await refuse(tokens.issue({ ...NAMES, claims: fail }))
  await refuse(tokens.revoke('canary-token'))
  await refuse(tokens.revoke({ subject: 'canary-subject', canary: 'canary-subject' } as never))
}

test('no span, metric or message contains a secret or an id, and no event a secret', async () => {
  const { spans, metrics } = telemetry()
  const messages = channelMessages()
  const [key] = await generateKeys()
  const sealing = await generateSealingKey()
  const pepper = Buffer.from('canary-pepper'.repeat(3))
  const records: MemoryRecords = new Map()
  const { repository, state } = breakable(memory({ records }))
  const options = { keys: [key], sealing: [sealing], pepper, repository } as const
  const tokens = await instance(options)
  const open = await instance({ ...options, onUnavailable: 'accept' })
  const events: string[] = []
  for (const each of [tokens, open])
    each.onAny((name, event) => void events.push(inspect({ name, event }, { depth: null })))
  const canaries = newCanaries()
  const { accessToken } = await tokens.issue(NAMES)
  for (const secret of [accessToken, pepper.toString('hex'), sealing.k, key?.d])
    canaries.secrets.add(String(secret))
  await callAll(tokens, canaries)
  await callWrongly(tokens)
  const recordKeys = [...records.values()].flatMap((namespace) => [...namespace.keys()])
  state.failure = new Error(`connect ECONNREFUSED ${STORE_URL}`)
  await callAll(tokens, canaries)
  await open.verify(accessToken)

  const text = [
    ...spans().map(({ name, attributes, events: noted, links, status }) =>
      inspect({ name, attributes, noted, links, status }, { depth: null }),
    ),
    inspect(await metrics(), { depth: null, maxArrayLength: null }),
    ...messages,
  ].join('\n')
  const eventText = events.join('\n')
  // Every operation was called, and each kind of event and outcome is among them.
  for (const name of OPERATIONS) expect(text).toContain(`'tokenward.operation': '${name}'`)
  for (const kind of ['failedOpen', 'unavailable', 'revoked']) expect(eventText).toContain(kind)
  expect(text).toContain("code: 'TOKENWARD_STORE_UNAVAILABLE'")
  expect(recordKeys.length).toBeGreaterThan(5)
  const all = [...canaries.ids, ...canaries.secrets, ...recordKeys, STORE_URL, 'canary']
  expect(all.filter((each) => text.includes(each))).toEqual([])
  expect([...canaries.secrets].filter((each) => eventText.includes(each))).toEqual([])
})
