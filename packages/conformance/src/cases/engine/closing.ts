import assert from 'node:assert/strict'
import type { Login, Tokenward } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { handleLater } from '../../harness/unhandled-errors.ts'
import { armed, pauseRead } from '../../interceptors/pause-points.ts'
import type { Case } from '../../suite/case.ts'
import { always, handle } from '../../suite/requirements.ts'
import { assertActive, assertLoginActive, assertThrows } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const
const CLOSED = 'TOKENWARD_CLOSED'

const closed: Case = {
  planRow: 45,
  name: 'closed',
  level: 'engine',
  catches: 'a closed store is not called, and no caller waits for it',
  requires: always,
  async run(context) {
    const other = await context.instance()
    const login = await other.issue(GRANT)
    await afterClosing(context, login)
    await whileClosing(context, login)
    await assertActive(other, login.accessToken, 'on another instance')
    {
      await using scoped = await context.environment.engine.createTokenward(context.options())
      await assertActive(scoped, login.accessToken, 'in its scope')
    }
  },
}

async function afterClosing(context: CaseContext, login: Login): Promise<void> {
  const instance = await context.instance()
  await assert.doesNotReject(instance.close(), 'an instance closes')
  await instance.close()
  for (const [name, call] of Object.entries(operations(context, instance, login))) {
    await assertThrows(call, CLOSED, `${name} after close`)
  }
}

async function whileClosing(context: CaseContext, login: Login): Promise<void> {
  for (const name of ['verify', 'consume', 'rotate', 'revoke', 'issue']) {
    const trigger = armed<readonly string[]>()
    const pause = pauseRead('before', trigger)
    const instance = await context.instance({ wrap: pause.wrap })
    trigger.arm()
    const calls = operations(context, instance, login)
    const pending = handleLater(
      assertThrows(calls[name] as () => Promise<unknown>, CLOSED, `${name}, closing`),
    )
    await pause.reached
    const closing = handleLater(instance.close())
    await pending
    for (const [late, call] of Object.entries(calls)) {
      await assertThrows(call, CLOSED, `${late}, begun while closing`)
    }
    pause.release()
    await closing
  }
}

function operations(
  context: CaseContext,
  instance: Tokenward,
  login: Login,
): Record<string, () => Promise<unknown>> {
  const { listing, pruning, durability } = context.environment.capabilities
  return {
    issue: () => instance.issue(GRANT),
    verify: () => instance.verify(login.accessToken),
    'verify that needs no store': () => instance.verify('nonsense'),
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
  planRow: 62,
  name: 'caller-owned',
  level: 'engine',
  catches: 'a caller-owned client stays open, and keeps its listeners and no others',
  requires: handle('callerOwned'),
  async run(context) {
    const owned = await context.environment.server.callerOwned?.(context.namespace)
    assert.ok(owned)
    context.onClose(() => owned.dispose())
    await context.prepare()
    const before = owned.listeners()
    const { keys } = context.environment
    const options = { ...context.options(), keys, repository: owned.repository }
    const instance = await context.environment.engine.createTokenward(options)
    const login = await instance.issue(GRANT)
    await assertLoginActive(instance, login, 'on the client of the caller')
    await instance.close()
    await assert.doesNotReject(owned.use(), 'the client of the caller is closed')
    assert.equal(owned.listeners(), before, 'its listeners are as they were')
    await assertLoginActive(await context.instance(), login, 'read by another')
  },
}

export const cases: readonly Case[] = [closed, callerOwned]
