import assert from 'node:assert/strict'
import type { Login, Target, Tokenward } from '@tokenward/core'
import { recordCalls } from '../../interceptors/record-calls.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertLoginActive } from './assertions.ts'

const TARGETS: readonly Target[] = [
  { jti: 'ada' },
  { session: 'ada' },
  { subject: 'ada' },
  { client: 'ada' },
  { subject: 'ada', client: 'ada' },
  { everything: true },
]
/** So many of the namespaces are tried with each other; the keys of all are compared. */
const PAIRED = 6
const GRANT = { subject: 'ada', client: 'web' } as const

const isolation: Case = {
  planRow: 46,
  name: 'isolation',
  level: 'engine',
  catches: 'the namespace is part of every name: a change in one never affects another',
  requires: always,
  async run(context) {
    const names = ['a', 'A', 'a:', 'a%', 'ab', '', 'a ', '\u00e1', 'a\u0301'].map(
      (name) => `${context.namespace}${name}`,
    )
    const instances: Tokenward[] = []
    const keys: string[] = []
    for (const namespace of names) {
      const sent = recordCalls()
      const instance = await context.instance({ namespace, wrap: sent.wrap })
      sent.clear()
      for (const target of TARGETS) await instance.revoke(target)
      keys.push(...new Set(sent.writes.flat().map(({ record }) => record.key)))
      instances.push(instance)
    }
    // Even if this adapter separates namespaces itself: another one may not.
    assert.equal(keys.length, names.length * TARGETS.length, 'each target has a key')
    assert.equal(new Set(keys).size, keys.length, 'and the same name another in each namespace')
    await assertApart(instances.slice(0, PAIRED))
  },
}

async function assertApart(instances: readonly Tokenward[]): Promise<void> {
  const logins: Login[] = []
  for (const instance of instances) logins.push(await instance.issue(GRANT))
  for (const [i, instance] of instances.entries()) {
    for (const [j, login] of logins.entries()) {
      if (i === j) await assertLoginActive(instance, login, 'at home')
      else await assertExternal(instance, login)
    }
  }
  for (const [i, instance] of instances.entries()) {
    const { accessToken } = logins[i] as Login
    await instance.revoke({ everything: true })
    await instance.revoke(accessToken)
    for (const [j, login] of logins.entries()) {
      if (j > i)
        await assertLoginActive(instances[j] as Tokenward, login, 'after others were emptied')
    }
  }
}

async function assertExternal(instance: Tokenward, login: Login): Promise<void> {
  assert.equal((await instance.verify(login.accessToken)).active, false, 'in another namespace')
  assert.equal((await instance.consume(login.accessToken)).active, false, 'in another namespace')
  assert.equal((await instance.rotate(login.refreshToken)).active, false, 'in another namespace')
}

export const cases: readonly Case[] = [isolation]
