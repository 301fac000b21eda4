import assert from 'node:assert/strict'
import {
  type DataUpdate,
  generateSealingKey,
  isTokenwardError,
  type Login,
  type Tokenward,
} from '@tokenward/core'
import type { CaseContext } from '../../harness/case-context.ts'
import { SECOND } from '../../harness/clock.ts'
import { cutWrites } from '../../interceptors/cut-writes.ts'
import { chain, intercept, type RepositoryWrapper } from '../../interceptors/intercept.ts'
import { ofKind } from '../../interceptors/pause-points.ts'
import type { Case } from '../../suite/case.ts'
import { holdsData } from '../../suite/requirements.ts'
import { COUNTER, counted, countOf, dataOf, made } from './stored-data.ts'

/** What other callers do between a lost write and the next read. @returns the changes they made */
type Meanwhile = (other: Tokenward, login: Login) => Promise<number>

const MEANWHILE: Readonly<Record<string, Meanwhile>> = {
  nothing: async () => 0,
  updateData: async (other, { session }) => made(await other.updateData({ session }, counted)),
  rotate: async (other, { refreshToken }) => {
    assert.equal((await other.rotate(refreshToken)).active, true)
    return 0
  },
  revoke: async (other, { session }) => {
    await other.revoke({ session })
    return 0
  },
  reseal: async (other) => {
    await other.reseal({ limit: 2 })
    return 0
  },
}

const updateDataLostReply: Case = {
  name: 'update-data-lost-reply',
  level: 'engine',
  catches:
    'a change of data whose reply is lost happens once or is reported as indeterminate, never twice',
  requires: holdsData,
  async run(context) {
    const { listing } = context.environment.capabilities
    for (const [name, meanwhile] of Object.entries(MEANWHILE)) {
      if (name === 'reseal' && !listing) continue
      for (const lost of ['reply', 'request'] as const)
        for (const times of [1, 2])
          await loseOne(
            context,
            lost,
            times,
            meanwhile,
            `${lost} lost ${times} times, meanwhile ${name}`,
          )
    }
  },
}

async function loseOne(
  context: CaseContext,
  lost: 'reply' | 'request',
  times: number,
  meanwhile: Meanwhile,
  what: string,
): Promise<void> {
  const [one, two] = [generateSealingKey(), generateSealingKey()]
  const other = await context.instance({ sealing: [one, two] })
  context.clock.advance(SECOND)
  const login = await other.issue({ subject: 'ada', client: 'web', data: COUNTER })
  const loss = cutWrites(lost, ofKind('session'), times)
  let others = 0
  const between = afterLostWrite(async () => {
    others = await meanwhile(other, login)
  })
  const instance = await context.instance({
    sealing: [two, one],
    wrap: chain(between, loss.wrap),
  })
  const { session } = login
  // Not the same in two calls: what is returned must be what was stored.
  let calls = 0
  const change = (data: object | null) => ({ ...counted(data), call: ++calls })
  const outcome = await outcomeOf(instance.updateData({ session }, change))
  assert.ok(loss.cuts() > 0, `${what}: a write was cut`)
  const stored = await dataOf(other, { session }, what)
  const own = countOf(stored) - others
  if (outcome === 'indeterminate') {
    assert.ok(own === 0 || own === 1, `${what}: it happened ${own} times`)
    assert.ok(others > 0, `${what}: it can be known whether it happened`)
  } else {
    assert.equal(
      own,
      made(outcome),
      `${what}: reported ${made(outcome)} times, happened ${own} times`,
    )
    if (outcome.updated && others === 0)
      assert.deepEqual(outcome.data, stored, `${what}: the result is not what was stored`)
  }
}

/** Runs `work` once, after the first write that failed. */
function afterLostWrite(work: () => Promise<void>): RepositoryWrapper {
  let isDone = false
  return (inner) =>
    intercept(inner, {
      async write(pass, writes, signal) {
        try {
          return await pass(writes, signal)
        } catch (error) {
          if (!isDone) {
            isDone = true
            await work()
          }
          throw error
        }
      },
    })
}

async function outcomeOf(update: Promise<DataUpdate>): Promise<DataUpdate | 'indeterminate'> {
  try {
    return await update
  } catch (error) {
    if (isTokenwardError(error, 'TOKENWARD_WRITE_INDETERMINATE')) return 'indeterminate'
    throw error
  }
}

export const cases: readonly Case[] = [updateDataLostReply]
