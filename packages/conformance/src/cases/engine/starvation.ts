import assert from 'node:assert/strict'
import type { Login } from '@tokenward/core'
import type { TokenRepository, Write } from '@tokenward/core/adapter'
import { deadline } from '../../harness/timeouts.ts'
import { handleLater } from '../../harness/unhandled-errors.ts'
import { beforeWrite } from '../../interceptors/cut-writes.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertLoginRefused } from './assertions.ts'

const revokeStarvation: Case = {
  planRow: 54,
  name: 'revoke-starvation',
  level: 'engine',
  catches: 'revoking a session updates a separate key, never the record that rotates',
  requires: always,
  async run(context) {
    const rotator = await context.instance()
    const login = await rotator.issue({ subject: 'ada', client: 'web' })
    let current: Login = login
    const rotate = async () => {
      const next = await rotator.rotate(current.refreshToken)
      if (next.active && !next.retried) current = next
      return next.active
    }
    // The worst case: whenever the revoker writes, a rotation has just changed the session.
    const repository = await context.repository()
    const overtake = async (writes: readonly Write[]) => {
      for (const { record, expected } of writes) {
        do await rotate()
        while (record.kind === 'session' && (await etagOf(repository, record.key)) === expected)
      }
    }
    const wrap = beforeWrite(() => true, overtake)
    const deadline = await context.shortDeadline(2_000)
    const revoker = await context.instance({ wrap, deadline: `${deadline}ms` })
    const rotators = Array.from({ length: 16 }, async () => {
      while (await rotate());
    })
    const busy = handleLater(Promise.all(rotators))
    const { revoked } = await revoker.revoke({ session: login.session })
    assert.equal(revoked, true)
    await busy
    await assertLoginRefused(rotator, current, 'the session')
    assert.notEqual(current.refreshToken, login.refreshToken, 'rotations went on')
  },
}

async function etagOf(repository: TokenRepository, key: string): Promise<string | null> {
  const [record] = await repository.read([key], deadline())
  return record?.etag ?? null
}

export const cases: readonly Case[] = [revokeStarvation]
