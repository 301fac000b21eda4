import assert from 'node:assert/strict'
import type { Login, Target, Tokenward } from '@tokenward/core'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/gates.ts'
import { recorder } from '../../tamper/recorder.ts'
import { assertAlive } from './expect.ts'

const TARGETS: readonly Target[] = [
  { jti: 'ada' },
  { session: 'ada' },
  { subject: 'ada' },
  { client: 'ada' },
  { subject: 'ada', client: 'ada' },
  { everything: true },
]
const GRANT = { subject: 'ada', client: 'web' } as const

const isolation: Case = {
  row: 46,
  name: 'isolation',
  level: 'engine',
  guards: 'the namespace is part of every name: what is done in one never shows in another',
  gate: always,
  async run(bench) {
    const names = ['a', 'A', 'a:', 'a%', 'ab', ''].map((name) => `${bench.namespace}${name}`)
    const wards = []
    const keys: string[] = []
    for (const namespace of names) {
      const sent = recorder()
      const ward = await bench.ward({ namespace, through: sent.through })
      sent.clear()
      for (const target of TARGETS) await ward.revoke(target)
      keys.push(...new Set(sent.writes.flat().map(({ record }) => record.key)))
      wards.push(ward)
    }
    // Also where the adapter keeps namespaces apart by itself: the next one may not.
    assert.equal(keys.length, names.length * TARGETS.length, 'each target has a key')
    assert.equal(new Set(keys).size, keys.length, 'and the same name another in each namespace')
    const logins = []
    for (const ward of wards) logins.push(await ward.issue(GRANT))
    for (const [i, ward] of wards.entries()) {
      for (const [j, login] of logins.entries()) {
        if (i === j) await assertAlive(ward, login, 'at home')
        else await assertExternal(ward, login)
      }
    }
    for (const [i, ward] of wards.entries()) {
      const { accessToken } = logins[i] as Login
      await ward.revoke({ everything: true })
      await ward.revoke(accessToken)
      for (const [j, login] of logins.entries()) {
        if (j > i) await assertAlive(wards[j] as Tokenward, login, 'after others were emptied')
      }
    }
  },
}

async function assertExternal(ward: Tokenward, login: Login): Promise<void> {
  assert.equal((await ward.verify(login.accessToken)).active, false, 'in another namespace')
  assert.equal((await ward.consume(login.accessToken)).active, false, 'in another namespace')
  assert.equal((await ward.rotate(login.refreshToken)).active, false, 'in another namespace')
}

export const cases: readonly Case[] = [isolation]
