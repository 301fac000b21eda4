import { readFileSync, statSync } from 'node:fs'
import type { SigningKeys } from '@tokenward/core'
import { describe, expect, test } from 'vitest'
import { project } from './support/project.ts'

interface Jwks {
  readonly keys: SigningKeys
}

describe('keygen', () => {
  test('prints a private key as a JWK set', async () => {
    const it = await project()
    const run = await it.run(['keygen'])
    const { keys } = JSON.parse(run.out) as Jwks
    expect(keys).toEqual([expect.objectContaining({ kty: 'EC', alg: 'ES256', use: 'sig' })])
    expect(keys[0]).toMatchObject({ d: expect.any(String), kid: expect.any(String) })
    expect(run).toMatchObject({ exitCode: 0, err: '' })
  })

  test('--alg', async () => {
    const it = await project()
    const { json } = await it.run(['keygen', '--alg', 'EdDSA', '--json'])
    expect((json as Jwks).keys[0]).toMatchObject({ kty: 'OKP', alg: 'EdDSA' })
    const wrong = await it.run(['keygen', '--alg', 'HS256'])
    expect(wrong).toMatchObject({ exitCode: 2, out: '' })
    expect(wrong.err).toContain('one of: ES256,')
  })

  test('--out creates a file that only its owner can read, and never overwrites one', async () => {
    const it = await project()
    const run = await it.run(['keygen', '--out', 'new.json', '--json'])
    const written = readFileSync(it.path('new.json'), 'utf8')
    const { keys } = JSON.parse(written) as Jwks
    it.secrets.push(String(keys[0]['d']))
    expect(run).toMatchObject({ exitCode: 0, json: { out: 'new.json', kids: [keys[0].kid] } })
    expect(run.out).not.toContain(String(keys[0]['d']))
    expect(statSync(it.path('new.json')).mode & 0o777).toBe(0o600)
    const again = await it.run(['keygen', '--out', 'new.json'])
    expect(again).toMatchObject({ exitCode: 2, out: '' })
    expect(again.err).toContain('not overwritten')
    expect(readFileSync(it.path('new.json'), 'utf8')).toBe(written)
  })

  test('--public prints only the public part of the keys', async () => {
    const it = await project()
    const run = await it.run(['keygen', '--public', 'keys.json'])
    const { d: _, ...shown } = it.keys[0] as Record<string, unknown>
    expect(JSON.parse(run.out)).toEqual({ keys: [shown] })
    expect(run.exitCode).toBe(0)
  })

  test.for([
    ['{"keys":[{"kty":"oct","k":"canary"}]}', 'no public part'],
    ['canary, not JSON', 'not JSON'],
    ['{"keys":[]}', 'must hold a JWK set'],
    ['"canary"', 'not JSON'],
  ] as const)(
    '--public with %s is a usage error that does not quote the file',
    async ([content, message]) => {
      const it = await project()
      it.write('odd.json', content)
      const run = await it.run(['keygen', '--public', 'odd.json'])
      expect(run).toMatchObject({ exitCode: 2, out: '' })
      expect(run.err).toContain(message)
    },
  )

  test('--sealing prints one key that core can use', async () => {
    const it = await project()
    const run = await it.run(['keygen', '--sealing'])
    const key = JSON.parse(run.out) as Jwks['keys'][number]
    expect(key).toMatchObject({ kty: 'oct', alg: 'A256KW', kid: expect.any(String) })
    expect(run).toMatchObject({ exitCode: 0, err: '' })
    await it.withTokenward(
      (tokens) => tokens.issue({ subject: 'ada', client: 'web', data: { a: 1 } }),
      { sealing: key },
    )
  })

  test('--sealing --out creates a file that only its owner can read', async () => {
    const it = await project()
    const run = await it.run(['keygen', '--sealing', '--out', 'seal.json'])
    const { k, kid } = JSON.parse(readFileSync(it.path('seal.json'), 'utf8')) as SigningKeys[number]
    expect(run.out).toBe(`seal.json: ${kid}\n`)
    expect(run.out).not.toContain(String(k))
    expect(statSync(it.path('seal.json')).mode & 0o777).toBe(0o600)
  })

  test.for([
    ['--alg', 'ES256'],
    ['--public', 'keys.json'],
  ])('--sealing does not go with %s', async (args) => {
    const it = await project()
    const run = await it.run(['keygen', '--sealing', ...args])
    expect(run).toMatchObject({ exitCode: 2, out: '' })
    expect(run.err).toContain('--sealing does not go with')
  })
})
