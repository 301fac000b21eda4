import { expect, onTestFinished, test } from 'vitest'
import { serverClockJump } from '../../src/cases/engine/clocks.ts'
import { kill9Server } from '../../src/cases/network.ts'
import { type Case, judge, type Outcome, setStage } from '../../src/index.ts'
import { startLineServer } from './line-server.ts'
import type { StoreOptions } from './line-store.ts'

async function outcomeOn(options: StoreOptions, entry: Case): Promise<Outcome> {
  const server = await startLineServer(options)
  onTestFinished(() => server.stop())
  const stage = await setStage(server, new URL('./line-repository.ts', import.meta.url))
  onTestFinished(() => stage.stray.stop())
  return (await judge(entry, stage, { full: false, seed: 5 })).outcome
}

test('a server that acknowledges early loses some when it is killed', async () => {
  const { status, reason } = await outcomeOn({ early: true }, kill9Server)
  expect(status).toBe('failed')
  expect(reason).toMatch(/^[1-9]\d* of \d+ acknowledged revocations are lost/)
})

test('a server may expire by its own clock what need not be retained', async () => {
  expect(await outcomeOn({ expiry: 'retainUntil' }, serverClockJump)).toMatchObject({
    status: 'passed',
  })
})

test('one that expires sooner is found out by its clock', async () => {
  expect(await outcomeOn({ expiry: 'expiresAt' }, serverClockJump)).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining("the server's clock off by 10 minutes"),
  })
})
