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

const OF_THE_CLOCK = ['server-clock-jump', 'retained-by-server-clock']

test.for(OF_THE_CLOCK)(
  '%s: a server may expire by its clock what need not be retained',
  async (name) => {
    expect(await outcomeOn({ expiry: 'retainUntil' }, name)).toMatchObject({ status: 'passed' })
  },
)

const EXTENDED = "extended by 40 days, from 60 s, with the server's clock 2000 ms before the end"

test.for([
  ['server-clock-jump', 'expiresAt', "the server's clock off by 10 minutes"],
  ['retained-by-server-clock', 'expiresAt', EXTENDED],
  ['retained-by-server-clock', 'capped', EXTENDED],
] as const)(
  '%s: a server that expires records sooner (%s) is detected',
  async ([name, expiry, reason]) => {
    expect(await outcomeOn({ expiry }, name)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining(reason),
    })
  },
)
