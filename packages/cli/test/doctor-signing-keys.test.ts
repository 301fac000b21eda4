import { generateKeys } from '@tokenward/core'
import { expect, test } from 'vitest'
import { ISSUER, project, STORE } from './support/project.ts'

const [older] = await generateKeys('EdDSA')

/** The default config, with other keys. */
function config(keys: string): string {
  return `
import { readFileSync } from 'node:fs'
import { sqlite } from '@tokenward/sqlite'
const { keys } = JSON.parse(readFileSync('keys.json', 'utf8'))
const older = JSON.parse(readFileSync('older.json', 'utf8'))
export default {
  issuer: '${ISSUER}',
  keys: ${keys},
  repository: sqlite('tokens.db'),
  pepper: new Uint8Array(readFileSync('pepper.bin')),
  deadline: '30s',
}`
}

async function withKeys(keys: string) {
  const it = await project()
  expect((await it.run(['migrate', ...STORE])).exitCode).toBe(0)
  it.write('older.json', JSON.stringify(older))
  it.write('tokenward.config.ts', config(keys))
  const [{ kid = '' }] = it.keys
  return { it, kid }
}

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
/** 30 days for refresh tokens, a day for processes that follow late and one to round up, and some minutes. */
const FROM_NOW_MS = 32 * 86_400_000 + 15 * 60_000 + 5_000

test.each(['[...keys, older]', '() => [...keys, older]'])(
  'doctor reports when an old signing key may be removed, with keys: %s',
  async (keys) => {
    const { it, kid } = await withKeys(keys)
    const before = day(Date.now() + FROM_NOW_MS)
    const run = await it.run(['doctor'])
    expect(run).toMatchObject({ exitCode: 0, err: '' })
    const [, signs] = new RegExp(`\n${kid} +ES256 +(.*)\n`).exec(run.out) ?? []
    const [, date] =
      new RegExp(`\n${older.kid} +EdDSA +verifies; may be removed on (\\S+), if`).exec(run.out) ??
      []
    expect(signs).toBe('signs')
    expect([before, day(Date.now() + FROM_NOW_MS)]).toContain(date)
    const { json } = await it.run(['doctor', '--json'])
    expect(json).toMatchObject({
      ok: true,
      signingKeys: [
        { kid, status: 'signs' },
        { kid: older.kid, status: 'verifies', removableAt: expect.any(Number) },
      ],
    })
  },
)

test('doctor prints no table for one signing key', async () => {
  const { it, kid } = await withKeys('keys')
  expect((await it.run(['doctor'])).out).not.toContain(kid)
})

test('doctor knows no signing keys of a store that is named by its URL', async () => {
  const { it } = await withKeys('keys')
  const { json } = await it.run(['doctor', ...STORE, '--json'])
  expect(json).toMatchObject({ ok: true })
  expect(json).not.toHaveProperty('signingKeys')
})

test('a function that returns no usable keys is an error with the path of the key', async () => {
  const { it } = await withKeys('() => [{ ...older, alg: "none" }]')
  const run = await it.run(['doctor'])
  expect(run.exitCode).not.toBe(0)
  expect(run.err).toContain('keys.0.alg')
})
