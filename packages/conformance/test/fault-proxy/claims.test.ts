import type { Capabilities } from '@tokenward/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createEnvironment, type Environment } from '../../src/harness/environment.ts'
import type { ServerHandle } from '../../src/index.ts'
import { type CaseResult, runCaseOn } from '../../src/suite/result.ts'
import { caseNamed } from '../../src/suite/run-case.ts'
import { startLineServer } from './line-server.ts'

const MODE = { full: false, seed: 5 }
const module = new URL('./line-repository.ts', import.meta.url)

/** A case on a real server, with other claims of its adapter and other members of its handle. */
async function resultOf(
  name: string,
  claims: Partial<Capabilities>,
  handle: Partial<ServerHandle> = {},
): Promise<CaseResult> {
  const server = await startLineServer()
  onTestFinished(() => server.stop())
  const environment: Environment = await createEnvironment({ ...server, ...handle }, module)
  onTestFinished(() => environment.unhandled.stop())
  const capabilities = { ...environment.capabilities, ...claims }
  const { result } = await runCaseOn(caseNamed(name), { ...environment, capabilities }, MODE)
  return result
}

describe('claims-complete', () => {
  test('passes where all is claimed', async () => {
    const result = await resultOf('claims-complete', {})
    expect(result).toMatchObject({ status: 'passed' })
    expect(result.notes).toBeUndefined()
  })

  test('fails where a server with an address claims to cross no network', async () => {
    const result = await resultOf('claims-complete', { network: false })
    expect(result).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/claim `network`/),
    })
  })

  test('fails where another process sees what is claimed to be private', async () => {
    const result = await resultOf('claims-complete', { shared: false })
    expect(result).toMatchObject({
      status: 'failed',
      reason: expect.stringMatching(/claim `shared`/),
    })
  })

  test('notes what nothing can try', async () => {
    const result = await resultOf('claims-complete', { failoverSafe: true, readsSettings: true }, {
      unsafe: [],
      kill: undefined,
    } as Omit<Partial<ServerHandle>, 'kill'>)
    expect(result).toMatchObject({
      status: 'passed',
      notes: [
        'claimed and not tried: failoverSafe (the server handle has no failover)',
        'claimed and not tried: failoverSafe (the server handle has no depose)',
        'claimed and not tried: readsSettings (the server handle has no unsafe)',
        'claimed and not tried: durability (the server handle has no kill)',
      ],
    })
  })
})

test('a case without anything to try is not run, and has not passed', async () => {
  const result = await resultOf('unsafe-config', { readsSettings: true }, { unsafe: [] })
  expect(result).toMatchObject({
    status: 'not-run',
    reason: 'the server handle has no unsafe',
  })
})
