import { expect, onTestFinished, test } from 'vitest'
import { type CaseResult, runCase } from '../../src/index.ts'
import { startLineServer } from './line-server.ts'
import type { StoreOptions } from './line-store.ts'

async function outcomeOn(options: StoreOptions, name: string): Promise<CaseResult> {
  const server = await startLineServer(options)
  onTestFinished(() => server.stop())
  const repository = new URL('./line-repository.ts', import.meta.url)
  return await runCase(name, server, repository, { full: false, seed: 5 })
}

test('a server that acknowledges early loses some when it is killed', async () => {
  const { status, reason } = await outcomeOn({ early: true }, 'kill9-server')
  expect(status).toBe('failed')
  expect(reason).toMatch(/^[1-9]\d* of \d+ acknowledged revocations are lost/)
})

test('a server may expire by its own clock what need not be retained', async () => {
  expect(await outcomeOn({ expiry: 'retainUntil' }, 'server-clock-jump')).toMatchObject({
    status: 'passed',
  })
})

test('a server that expires records sooner is detected by its clock', async () => {
  expect(await outcomeOn({ expiry: 'expiresAt' }, 'server-clock-jump')).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining("the server's clock off by 10 minutes"),
  })
})
