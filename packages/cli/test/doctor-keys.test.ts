import type { Finding } from '@tokenward/core'
import { describe, expect, test } from 'vitest'
import { keyUsageLines, unlistedKeyUsage } from '../src/key-usage.ts'
import { styleFor } from '../src/output/style.ts'
import { ISSUER, STORE } from './support/project.ts'
import {
  asApplication,
  loginEach,
  NEW_KEY,
  OLD_KEY,
  sealedProject,
} from './support/sealed-project.ts'

describe('doctor with sealing keys', () => {
  test('reports what each key still seals, and which one may be removed', async () => {
    const it = await sealedProject()
    await loginEach(it, ['Firefox'])
    const needed = await it.run(['doctor', ...NEW_KEY, ...OLD_KEY])
    expect(needed).toMatchObject({ exitCode: 0, err: '' })
    expect(needed.out).toMatch(
      /\nseal-new +0 +seals\nseal-old +2 +still needed: run tokenward reseal\n$/,
    )
    await asApplication(it, [it.sealing.new, it.sealing.old], (tokens) => tokens.reseal())
    const { json } = await it.run(['doctor', ...NEW_KEY, ...OLD_KEY, '--json'])
    expect(json).toMatchObject({
      ok: true,
      sealingKeys: [
        { id: 'seal-new', texts: 2, status: 'current' },
        { id: 'seal-old', texts: 0, status: 'may-be-removed' },
      ],
    })
    expect((await it.run(['doctor', ...NEW_KEY])).exitCode).toBe(0)
  })

  test('a key that has sealed and is missing is a finding', async () => {
    const it = await sealedProject()
    await loginEach(it, ['Firefox'])
    const run = await it.run(['doctor', ...STORE, ...NEW_KEY])
    expect(run).toMatchObject({ exitCode: 1, err: '' })
    expect(run.out).toMatch(/✗ sealing-key-missing: .*: seal-old\n {2}fix: .*--key-file\n/)
    expect(run.out).toMatch(/\nseal-old +2 +not available here/)
    const { json } = await it.run(['doctor', ...STORE, ...NEW_KEY, '--json'])
    const { findings } = json as { findings: readonly Finding[] }
    expect(findings.map(({ code }) => code)).toEqual(['sealing-key-missing'])
  })

  test('counts nothing without keys', async () => {
    const it = await sealedProject()
    await loginEach(it, ['Firefox'])
    const { json } = await it.run(['doctor', '--json'])
    expect(json).toMatchObject({ ok: true })
    expect(json).not.toHaveProperty('sealingKeys')
  })

  test('a date, where the store cannot list', async () => {
    const it = await sealedProject()
    it.write(
      'tokenward.config.ts',
      `
import { readFileSync } from 'node:fs'
import { prepare } from '@tokenward/core'
import { memory } from '@tokenward/memory'
const { keys } = JSON.parse(readFileSync('keys.json', 'utf8'))
const records = new Map()
const repository = memory({ records })
repository.capabilities = { ...repository.capabilities, listing: false }
repository.list = undefined
const options = { issuer: '${ISSUER}', keys, lifetimes: { session: '30d' } }
await prepare({ ...options, repository: memory({ records }) })
export default { ...options, repository }`,
    )
    const before = Date.now()
    const run = await it.run(['doctor', ...NEW_KEY, ...OLD_KEY])
    const dates = [before, Date.now()].map((now) =>
      new Date(now + 31 * 86_400_000).toISOString().slice(0, 10),
    )
    const [, date] =
      /\nseal-old +- +may be removed on (\S+), if no process seals/.exec(run.out) ?? []
    expect(dates).toContain(date)
    expect(run.exitCode).toBe(0)
  })
})

describe('the date of a key that cannot be counted', () => {
  const sealing = [
    { kid: 'new' },
    { id: 'kms', wrap: () => new Uint8Array(), unwrap: () => new Uint8Array() },
  ] as const
  const linesFor = (lifetimes: Parameters<typeof unlistedKeyUsage>[1]) =>
    keyUsageLines(
      unlistedKeyUsage(sealing, lifetimes, Date.UTC(2026, 0, 1)),
      styleFor(false),
    ).slice(1)

  test.for([
    [{}, '2026-04-02'],
    [{ session: '1h', refresh: '1h', access: '48h' }, '2026-01-04'],
    [{ session: '1.5d', refresh: '90m', access: '5000ms' }, '2026-01-03'],
  ] as const)('%j: %s', ([lifetimes, date]) => {
    expect(linesFor(lifetimes)).toEqual([
      'new          -      seals',
      `kms          -      may be removed on ${date}, if no process seals with it any more`,
    ])
  })

  test('is unknown where the lifetimes are', () => {
    expect(linesFor(null)[1]).toMatch(/^kms +- +unknown: the store cannot list records/)
  })
})
