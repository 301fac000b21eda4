import { rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { closedPort } from '@tokenward/conformance/harness'
import { createTokenward, generateKeys } from '@tokenward/core'
import { start } from '@tokenward/testbed'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { postgres } from '../src/index.ts'
import { client, connect, newDatabase, prepared, soon } from './support.ts'

function changed(url: string, change: Partial<URL>): string {
  return Object.assign(new URL(url), change).href
}

describe('open() rejects with the cause and what to do about it', () => {
  const url = inject('postgres')
  test.each<[string, () => Promise<string>, RegExp, string]>([
    [
      'a wrong password',
      async () => changed(url, { password: 'wrong' }),
      /check the user and the password/,
      '28P01',
    ],
    ['a wrong database', async () => changed(url, { pathname: '/nowhere' }), /create it/, '3D000'],
    [
      'a closed port',
      async () => changed(url, { port: String(await closedPort()) }),
      /start the server/,
      'ECONNREFUSED',
    ],
  ])('%s', async (_, address, help, code) => {
    const repository = postgres(await address())
    await expect(repository.open()).rejects.toMatchObject({
      message: expect.stringMatching(help),
      cause: expect.objectContaining({ code }),
    })
    await expect(repository.read(['a'], soon())).rejects.toMatchObject({ code: 'TOKENWARD_CLOSED' })
  })
})

test('createTokenward() rejects with STORE_UNAVAILABLE and the cause', async () => {
  const url = changed(inject('postgres'), { password: 'wrong' })
  const options = {
    issuer: 'https://api.example',
    keys: await generateKeys(),
    repository: postgres(url),
  }
  await expect(createTokenward(options)).rejects.toMatchObject({
    code: 'TOKENWARD_STORE_UNAVAILABLE',
    cause: { message: expect.stringContaining('the password') },
  })
})

test('a table that is dropped while the adapter runs: NOT_PREPARED', async () => {
  const url = await newDatabase()
  const repository = await prepared(url)
  await (await client(url)).query('DROP TABLE tokenward_records CASCADE')
  await expect(repository.read(['a'], soon())).rejects.toMatchObject({
    code: 'TOKENWARD_NOT_PREPARED',
  })
})

/** A server that the developer provides need not offer TLS. */
const isExternalServer = process.env['TOKENWARD_TEST_POSTGRES_URL'] !== undefined

test.skipIf(isExternalServer)('TLS: the certificate is checked', async () => {
  const server = await start('postgres', { version: '15', tls: true })
  onTestFinished(() => server.stop())
  const trusted = join(tmpdir(), `tokenward-${crypto.randomUUID()}.pem`)
  onTestFinished(() => rm(trusted, { force: true }))
  await writeFile(trusted, server.certificate ?? '')
  const secured = new URL(server.url)
  secured.searchParams.set('sslmode', 'verify-full')
  await expect(postgres(secured.href).open()).rejects.toThrow(/self.signed certificate/)
  secured.searchParams.set('sslrootcert', trusted)
  const repository = connect(secured.href)
  expect(await repository.open()).toEqual([])
})
