import assert from 'node:assert/strict'
import { isTokenwardError, type Tokenward } from '@tokenward/core'
import { MINUTE } from '../../harness/clock.ts'
import { recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertLoginActive, assertThrows } from './assertions.ts'

/** Targets that name less than the caller intended. */
const TARGETS: Record<string, unknown> = {
  'subject undefined': { subject: undefined, client: 'web' },
  'client undefined': { subject: 'ada', client: undefined },
  'session undefined': { session: undefined },
  'issuer undefined': { issuer: undefined, subject: 'ada' },
  'everything undefined': { everything: undefined },
  'everything false': { everything: false },
  'everything and more': { everything: true, subject: 'ada' },
  'unknown property': { subject: 'ada', clinet: 'web' },
  'unknown property undefined': { subject: 'ada', clinet: undefined },
  'empty subject': { subject: '' },
  'empty client': { subject: 'ada', client: '' },
  'empty session': { session: '' },
  'null subject': { subject: null, client: 'web' },
  'two names': { jti: 'a', session: 'b' },
  'token and subject': { jti: 'a', subject: 'ada' },
  'unknown issuer': { issuer: 'https://unknown.example' },
  'no property': {},
  'a list': [{ subject: 'ada' }],
  'an invalid record key': { record: 'x' },
}

const OPTIONS: Record<string, unknown> = {
  'before undefined': { before: undefined },
  'only undefined': { only: undefined },
  'reason undefined': { reason: undefined },
  'an unknown option': { befor: 1 },
  'before in seconds': { before: Math.floor(Date.now() / 1_000) },
  'before as text': { before: new Date().toISOString() },
  'before not a number': { before: Number.NaN },
  'unknown value of only': { before: new Date(Number.NaN) },
  'another only': { only: 'refresh' },
  'a reason that is too long': { reason: 'x'.repeat(1_025) },
}

const undefinedTarget: Case = {
  planRow: 59,
  name: 'undefined-target',
  level: 'engine',
  catches: 'an own property that is undefined is refused, never ignored, before anything is sent',
  requires: always,
  async run(context) {
    const sent = recordCalls()
    const instance = await context.instance({ wrap: sent.wrap })
    const login = await instance.issue({ subject: 'ada', client: 'web' })
    sent.clear()
    for (const [what, target] of Object.entries(TARGETS)) {
      for (const [name, call] of Object.entries(callsWithTarget(instance, target))) {
        await assertThrows(call, 'TOKENWARD_INVALID_INPUT', `${name}, ${what}`)
      }
    }
    for (const [what, options] of Object.entries(OPTIONS)) {
      const call = () => instance.revoke({ subject: 'ada' }, options as object)
      await assertThrows(call, 'TOKENWARD_INVALID_INPUT', `revoke, ${what}`)
    }
    const soon = { before: context.clock() + MINUTE }
    const future = instance.revoke({ subject: 'ada' }, soon)
    await assertThrows(future, 'TOKENWARD_INVALID_INPUT', 'an instant in the future')
    await noTargets(instance)
    await grants(instance)
    assert.equal(sent.calls(), 0, 'nothing was sent')
    await assertLoginActive(instance, login, 'nothing was revoked')
  },
}

function callsWithTarget(
  instance: Tokenward,
  target: unknown,
): Record<string, () => Promise<unknown>> {
  const wrong = target as { subject: string }
  return { revoke: () => instance.revoke(wrong), explain: () => instance.explain(wrong) }
}

/** A value that is no object may be taken for a token, which is then malformed. */
async function noTargets(instance: Tokenward): Promise<void> {
  for (const nothing of [undefined, null, 7, '', () => ({ subject: 'ada' })]) {
    const answer = await instance.revoke(nothing as string).catch((error: unknown) => error)
    if (isTokenwardError(answer, 'TOKENWARD_INVALID_INPUT')) continue
    assert.deepEqual({ ...(answer as object) }, { revoked: false, reason: 'malformed' })
  }
}

async function grants(instance: Tokenward): Promise<void> {
  const wrong: Record<string, object> = {
    'no client': { subject: 'ada' },
    'client undefined': { subject: 'ada', client: undefined },
    'scope undefined': { subject: 'ada', client: 'web', scope: undefined },
    'an unknown property': { subject: 'ada', client: 'web', scopes: 'read' },
    'a lifetime without unit': { subject: 'ada', client: 'web', lifetime: '60' },
    'a lifetime of zero': { subject: 'ada', client: 'web', lifetime: '0s' },
    'too long a lifetime': { subject: 'ada', client: 'web', lifetime: '16m' },
    'a reserved claim': { subject: 'ada', client: 'web', claims: { exp: 1 } },
  }
  for (const [what, grant] of Object.entries(wrong)) {
    const call = () => instance.issue(grant as { subject: string; client: string })
    await assertThrows(call, 'TOKENWARD_INVALID_INPUT', `issue, ${what}`)
  }
}

export const cases: readonly Case[] = [undefinedTarget]
