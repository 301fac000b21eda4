import assert from 'node:assert/strict'
import type { Login, Tokenward } from '@tokenward/core'
import type { Bench } from '../../harness/case-context.ts'
import { begun } from '../../harness/unhandled-errors.ts'
import { armed, holdRead } from '../../interceptors/pause-points.ts'
import type { Case } from '../../suite/case.ts'
import { always, handle } from '../../suite/requirements.ts'
import { assertActive, assertAlive, assertThrows } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const
const CLOSED = 'TOKENWARD_CLOSED'

const closed: Case = {
  row: 45,
  name: 'closed',
  level: 'engine',
  guards: 'nothing is asked of a closed store, and nobody waits for one',
  gate: always,
  async run(bench) {
    const other = await bench.instance()
    const login = await other.issue(GRANT)
    await afterClosing(bench, login)
    await whileClosing(bench, login)
    await assertActive(other, login.accessToken, 'on another instance')
    {
      await using scoped = await bench.stage.engine.createTokenward(bench.options())
      await assertActive(scoped, login.accessToken, 'in its scope')
    }
  },
}

async function afterClosing(bench: Bench, login: Login): Promise<void> {
  const instance = await bench.instance()
  await assert.doesNotReject(instance.close(), 'an instance closes')
  await instance.close()
  for (const [name, call] of Object.entries(operations(bench, instance, login))) {
    await assertThrows(call, CLOSED, `${name} after close`)
  }
}

async function whileClosing(bench: Bench, login: Login): Promise<void> {
  for (const name of ['verify', 'consume', 'rotate', 'revoke', 'issue']) {
    const trigger = armed<readonly string[]>()
    const hold = holdRead('before', trigger)
    const instance = await bench.instance({ through: hold.through })
    trigger.arm()
    const calls = operations(bench, instance, login)
    const pending = begun(
      assertThrows(calls[name] as () => Promise<unknown>, CLOSED, `${name}, closing`),
    )
    await hold.reached
    const closing = begun(instance.close())
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
  instance: Tokenward,
  login: Login,
): Record<string, () => Promise<unknown>> {
  const { listing, pruning, durability } = bench.stage.capabilities
  return {
    issue: () => instance.issue(GRANT),
    verify: () => instance.verify(login.accessToken),
    'verify what needs no store': () => instance.verify('nonsense'),
    consume: () => instance.consume(login.accessToken),
    rotate: () => instance.rotate(login.refreshToken),
    revoke: () => instance.revoke({ subject: 'ada' }),
    'revoke a token': () => instance.revoke(login.accessToken),
    explain: () => instance.explain(login.accessToken),
    ...(durability === 'durable' && { save: () => instance.save(login.accessToken) }),
    ...(listing && { list: () => instance.list({ subject: 'ada' }) }),
    ...(pruning && { prune: () => instance.prune() }),
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
    const instance = await bench.stage.engine.createTokenward(options)
    const login = await instance.issue(GRANT)
    await assertAlive(instance, login, 'on the client of the caller')
    await instance.close()
    await assert.doesNotReject(owned.use(), 'the client of the caller is closed')
    assert.equal(owned.listeners(), before, 'its listeners are as they were')
    await assertAlive(await bench.instance(), login, 'seen by another')
  },
}

export const cases: readonly Case[] = [closed, callerOwned]
