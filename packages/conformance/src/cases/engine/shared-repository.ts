import assert from 'node:assert/strict'
import type { TokenRepository, Tokenward, TokenwardOptions } from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { replace } from '../../interceptors/intercept.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import { assertLoginActive, assertThrows } from './assertions.ts'

const GRANT = { subject: 'ada', client: 'web' } as const

const sharedRepository: Case = {
  name: 'shared-repository',
  level: 'engine',
  catches: 'a repository is closed with the last instance that uses it, and not before',
  requires: always,
  async run(context) {
    await context.prepare()
    const { options, closings } = shared(context)
    const { createTokenward, prepare } = context.environment.engine
    const first = await createTokenward(options)
    const second = await createTokenward(options)
    for (const instance of [first, second]) context.onClose(() => instance.close())
    await prepare(options)
    await prepare(options, { dryRun: true })
    await works(first, 'after prepare()')
    const wrong = { ...options, pepper: new Uint8Array(32).fill(7) }
    await assertThrows(createTokenward(wrong), 'TOKENWARD_POLICY_REFUSED', 'another pepper')
    await works(first, 'after another instance was refused')
    await first.close()
    await first.close()
    assert.equal(closings(), 0, 'open for the second instance')
    await works(second, 'after the first was closed')
    await assertThrows(first.issue(GRANT), 'TOKENWARD_CLOSED', 'the first')
    await second.close()
    assert.equal(closings(), 1, 'closed with the last')
    const third = await createTokenward(options)
    context.onClose(() => third.close())
    await works(third, 'opened again')
  },
}

function shared(context: CaseContext): { options: TokenwardOptions; closings: () => number } {
  let closings = 0
  const counted = (inner: TokenRepository) =>
    replace(inner, {
      close: async () => {
        closings++
        await inner.close()
      },
    })
  return { options: context.options({ wrap: counted }), closings: () => closings }
}

async function works(instance: Tokenward, what: string): Promise<void> {
  const login = await instance.issue(GRANT)
  await assertLoginActive(instance, login, what)
  await instance.revoke({ session: login.session })
}

export const cases: readonly Case[] = [sharedRepository]
