import assert from 'node:assert/strict'
import type { Revoked, Tokenward } from '@tokenward/core'
import { MINUTE } from '../../harness/clock.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertRefused } from './assertions.ts'

const doubleRevoke: Case = {
  planRow: 8,
  name: 'double-revoke',
  level: 'engine',
  catches: 'the first revocation of a token or session keeps its time, reason and actor',
  requires: always,
  rounds: { quick: 5, full: 500 },
  async run(context) {
    const instances = await context.instances(4)
    const [instance, other] = instances as [Tokenward, Tokenward]
    const one = await instance.issue({ subject: 'ada', client: 'web', refresh: false })
    await revokeTwice(context.clock, instance, other, one.accessToken, () => one.accessToken)
    const login = await instance.issue({ subject: 'ada', client: 'web' })
    await revokeTwice(context.clock, instance, other, login.accessToken, () => login.refreshToken)
    const named = await instance.issue({ subject: 'ada', client: 'web' })
    await revokeTwice(context.clock, instance, other, named.accessToken, () => ({
      session: named.session,
    }))
    const known = await instance.issue({ subject: 'ada', client: 'web', refresh: false })
    await revokeTwice(context.clock, instance, other, known.accessToken, () => ({ jti: known.jti }))
    for (let round = 0; round < context.rounds; round++) await raceToRevoke(instances)
  },
}

type What = string | { session: string } | { jti: string }

async function revokeTwice(
  clock: { (): number; advance(ms: number): void },
  instance: Tokenward,
  other: Tokenward,
  token: string,
  what: () => What,
): Promise<void> {
  const note = { reason: 'lost phone', actor: 'ada' }
  const at = clock()
  const first = await revoke(instance, what(), note)
  assert.equal(first.first, true)
  assert.equal(first.at, at)
  clock.advance(MINUTE)
  const second = await revoke(other, what(), { reason: 'tidying up', actor: 'bob' })
  assert.equal(second.first, false)
  assert.equal(second.at, at, 'the first time is kept')
  assert.deepEqual({ ...second.note }, note, 'the first note is kept')
  const result = await assertRefused(other, token, 'revoked twice', 'revoked')
  assert.equal(result.at, at)
  assert.deepEqual({ ...result.note }, note)
}

/** Of racing revocations one is the first, and all return the same time and note. */
async function raceToRevoke(instances: readonly Tokenward[]): Promise<void> {
  const instance = instances[0] as Tokenward
  const { accessToken } = await instance.issue({ subject: 'ada', client: 'web', refresh: false })
  const { session } = await instance.issue({ subject: 'ada', client: 'web' })
  for (const what of [accessToken, { session }]) {
    const answers = await Promise.all(
      instances.map((w, i) => revoke(w, what, { actor: `racer ${i}` })),
    )
    assert.equal(answers.filter(({ first }) => first).length, 1, 'one revocation is the first')
    const winner = answers.find(({ first }) => first)
    for (const { at, note } of answers) {
      assert.deepEqual({ at, note: { ...note } }, { at: winner?.at, note: { ...winner?.note } })
    }
  }
}

async function revoke(
  instance: Tokenward,
  what: What,
  note: { reason?: string; actor?: string },
): Promise<Revoked> {
  const answer =
    typeof what === 'string' ? await instance.revoke(what, note) : await instance.revoke(what, note)
  if (!answer.revoked) assert.fail(`not revoked: ${answer.reason}`)
  return answer
}

export const cases: readonly Case[] = [doubleRevoke]
