import assert from 'node:assert/strict'
import type { Tokenward } from '@tokenward/core'
import { recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertLoginActive, assertLoginRefused } from './assertions.ts'

const batchShape: Case = {
  planRow: 56,
  name: 'batch-shape',
  level: 'engine',
  catches: 'one entry per key and batch, sorted, so that two batches never deadlock',
  requires: always,
  rounds: { quick: 20, full: 1_000 },
  gaps: 'a hostile default isolation level: see opposite-batches',
  async run(context) {
    const sent = recordCalls()
    const instances = await context.instances(2, { wrap: sent.wrap })
    for (let round = 0; round < context.rounds; round++) await oneTick(instances, sent)
    for (const batch of sent.writes) {
      const keys = batch.map(({ record }) => record.key)
      assert.deepEqual(keys, [...new Set(keys)].sort(), 'distinct and sorted')
    }
    for (const keys of sent.reads) assert.equal(new Set(keys).size, keys.length, 'distinct')
    assert.ok(
      sent.writes.some((batch) => batch.length > 1),
      'writes of one tick went together',
    )
  },
}

async function oneTick(
  instances: readonly Tokenward[],
  sent: ReturnType<typeof recordCalls>,
): Promise<void> {
  const [one, two] = instances as [Tokenward, Tokenward]
  const subjects = Array.from({ length: 8 }, (_, i) => `subject ${i}`)
  const logins = await Promise.all(subjects.map((subject) => one.issue({ subject, client: 'web' })))
  // Once before, so that signatures are cached.
  await Promise.all(logins.map(({ accessToken }) => one.verify(accessToken)))
  const before = sent.reads.length
  const same = logins[0] as (typeof logins)[number]
  const results = await Promise.all(
    [same, ...logins, same].map(({ accessToken }) => one.verify(accessToken)),
  )
  assert.ok(
    results.every(({ active }) => active),
    'the same token among others',
  )
  assert.ok(sent.reads.length - before < results.length, 'reads of one tick went together')
  const uses = await Promise.all([one, one, two, two].map((w) => w.consume(same.accessToken)))
  assert.equal(uses.filter(({ active }) => active).length, 1, 'used twice in one tick')
  const revoked = subjects.slice(0, 4)
  const revoke = (instance: Tokenward, names: readonly string[]) =>
    names.flatMap((subject) => [instance.revoke({ subject }), instance.revoke({ subject })])
  // Opposite orders, and each key twice.
  await Promise.all([...revoke(one, revoked), ...revoke(two, revoked.toReversed())])
  for (const [i, login] of logins.entries()) {
    if (i < revoked.length) await assertLoginRefused(two, login, 'revoked')
    else if (i > 0) await assertLoginActive(two, login, 'not revoked')
  }
}

export const cases: readonly Case[] = [batchShape]
