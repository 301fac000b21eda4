import assert from 'node:assert/strict'
import type { Login, Tokenward } from '@tokenward/core'
import type { Bench } from '../../bench/bench.ts'
import { begun } from '../../bench/stray.ts'
import type { Case } from '../../suite/case.ts'
import { always, handle } from '../../suite/gates.ts'
import { armed, holdRead } from '../../tamper/hold.ts'
import { assertActive, assertAlive, assertThrows } from './expect.ts'

const GRANT = { subject: 'ada', client: 'web' } as const
const CLOSED = 'TOKENWARD_CLOSED'

const closed: Case = {
  row: 45,
  name: 'closed',
  level: 'engine',
  guards: 'nothing is asked of a closed store, and nobody waits for one',
  gate: always,
  async run(bench) {
    const other = await bench.ward()
    const login = await other.issue(GRANT)
    await afterClosing(bench, login)
    await whileClosing(bench, login)
    await assertActive(other, login.accessToken, 'on another ward')
    {
      await using scoped = await bench.stage.engine.createTokenward(bench.options())
      await assertActive(scoped, login.accessToken, 'in its scope')
    }
  },
}

async function afterClosing(bench: Bench, login: Login): Promise<void> {
  const ward = await bench.ward()
  await assert.doesNotReject(ward.close(), 'a ward closes')
  await ward.close()
  for (const [name, call] of Object.entries(operations(bench, ward, login))) {
    await assertThrows(call, CLOSED, `${name} after close`)
  }
}

async function whileClosing(bench: Bench, login: Login): Promise<void> {
  for (const name of ['verify', 'consume', 'rotate', 'revoke', 'issue']) {
    const trigger = armed<readonly string[]>()
    const hold = holdRead('before', trigger)
    const ward = await bench.ward({ through: hold.through })
    trigger.arm()
    const calls = operations(bench, ward, login)
    const pending = begun(
      assertThrows(calls[name] as () => Promise<unknown>, CLOSED, `${name}, closing`),
    )
    await hold.reached
    const closing = begun(ward.close())
    await pending
    for (const [late, call] of Object.entries(calls)) {
      await assertThrows(call, CLOSED, `${late}, begun while closing`)
    }
    hold.release()
    await closing
  }
}

function operations(
  bench: Bench,
  ward: Tokenward,
  login: Login,
): Record<string, () => Promise<unknown>> {
  const { listing, pruning, durability } = bench.stage.capabilities
  return {
    issue: () => ward.issue(GRANT),
    verify: () => ward.verify(login.accessToken),
    'verify what needs no store': () => ward.verify('nonsense'),
    consume: () => ward.consume(login.accessToken),
    rotate: () => ward.rotate(login.refreshToken),
    revoke: () => ward.revoke({ subject: 'ada' }),
    'revoke a token': () => ward.revoke(login.accessToken),
    explain: () => ward.explain(login.accessToken),
    ...(durability === 'durable' && { save: () => ward.save(login.accessToken) }),
    ...(listing && { list: () => ward.list({ subject: 'ada' }) }),
    ...(pruning && { prune: () => ward.prune() }),
  }
}

const callerOwned: Case = {
  row: 62,
  name: 'caller-owned',
  level: 'engine',
  guards: 'a client that the caller gave stays open, and keeps its listeners and no others',
  gate: handle('callerOwned'),
  async run(bench) {
    const owned = await bench.stage.server.callerOwned?.(bench.namespace)
    assert.ok(owned)
    bench.onClose(() => owned.dispose())
    await bench.prepare()
    const before = owned.listeners()
    const { keys } = bench.stage
    const options = { ...bench.options(), keys, repository: owned.repository }
    const ward = await bench.stage.engine.createTokenward(options)
    const login = await ward.issue(GRANT)
    await assertAlive(ward, login, 'on the client of the caller')
    await ward.close()
    await assert.doesNotReject(owned.use(), 'the client of the caller is closed')
    assert.equal(owned.listeners(), before, 'its listeners are as they were')
    await assertAlive(await bench.ward(), login, 'seen by another')
  },
}

export const cases: readonly Case[] = [closed, callerOwned]
