import assert from 'node:assert/strict'
import type { Received, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { MINUTE, SECOND } from '../../harness/clock.ts'
import { signToken } from '../../harness/handmade-tokens.ts'
import type { Case } from '../../suite/case.ts'
import { durable } from '../../suite/requirements.ts'

const AUDIENCE = 'https://api.example'
const OPTIONS = { typ: 'logout+jwt', audience: AUDIENCE, maxAge: '1h' } as const
const CALLS_EACH = 4

const messageReceivedOnce: Case = {
  name: 'message-received-once',
  level: 'engine',
  catches:
    'of all calls with one message of an identity provider exactly one has received it, and none whose action failed',
  requires: durable,
  rounds: { quick: 10, full: 1_000 },
  async run(context) {
    const { trusted } = context.environment.provider
    const instances: Tokenward[] = []
    for (let n = 0; n < 4; n++) instances.push(await context.instance({ trust: [trusted] }))
    for (let round = 0; round < context.rounds; round++) {
      const message = await logoutToken(context)
      const calls = instances.flatMap((instance) =>
        Array.from({ length: CALLS_EACH }, () => instance.receive(message, OPTIONS, noAction)),
      )
      const results = (await Promise.all(calls)).map(resultOf)
      const winners = results.filter((result) => result === 'received')
      assert.equal(winners.length, 1, `of ${calls.length} calls one has received the message`)
      const others = results.filter((result) => result !== 'received')
      assert.deepEqual([...new Set(others)], ['consumed'], 'why the others have not')
    }
    const [first, other] = instances as [Tokenward, Tokenward]
    await failedAction(context, first, other)
    await forAsLongAsItIsAccepted(context, first, other)
  },
}

function noAction(): void {}

function resultOf(result: Received): string {
  return result.received ? 'received' : result.reason
}

/** Without `exp`, as security event tokens are: then it is accepted for the `maxAge`. */
function logoutToken(context: CaseContext): Promise<string> {
  const { issuer, key } = context.environment.provider
  const iat = Math.floor(context.clock() / SECOND)
  const claims = { iss: issuer, aud: AUDIENCE, iat, jti: crypto.randomUUID(), sub: 'ada' }
  return signToken(key, { header: { typ: 'logout+jwt' }, claims })
}

/** The provider sends it again. */
async function failedAction(context: CaseContext, one: Tokenward, other: Tokenward) {
  const message = await logoutToken(context)
  const failing = one.receive(message, OPTIONS, () =>
    Promise.reject(new Error('the action failed')),
  )
  await assert.rejects(failing, /the action failed/, 'a call whose action failed rejects')
  const again = resultOf(await other.receive(message, OPTIONS, noAction))
  assert.equal(again, 'received', 'a message whose action failed is received when it is sent again')
}

async function forAsLongAsItIsAccepted(context: CaseContext, one: Tokenward, other: Tokenward) {
  const message = await logoutToken(context)
  assert.equal(resultOf(await one.receive(message, OPTIONS, noAction)), 'received')
  context.clock.advance(59 * MINUTE)
  if (context.environment.capabilities.pruning) await one.prune()
  const late = resultOf(await other.receive(message, OPTIONS, noAction))
  assert.equal(late, 'consumed', 'as long as a message is accepted, its note is retained')
  context.clock.advance(2 * MINUTE)
  const expired = resultOf(await other.receive(message, OPTIONS, noAction))
  assert.equal(expired, 'expired', 'a message that is older than maxAge')
}

export const cases: readonly Case[] = [messageReceivedOnce]
