import { createTokenward, generateKeys, prepare, type Tokenward } from '@tokenward/core'
import { start } from '@tokenward/testbed'
import { expect, onTestFinished, test } from 'vitest'
import { postgres } from '../src/index.ts'
import { client, connect, record, soon } from './support.ts'

/** A server that the developer provides is not harmed. */
const isExternalServer = process.env['TOKENWARD_TEST_POSTGRES_URL'] !== undefined

async function instanceOn(url: string): Promise<Tokenward> {
  const options = {
    issuer: 'https://api.example',
    keys: await generateKeys(),
    repository: postgres(url),
    deadline: '5s',
  } as const
  await prepare(options)
  const instance = await createTokenward(options)
  onTestFinished(() => instance.close())
  return instance
}

test.skipIf(isExternalServer)(
  'after the restore of an older base backup, tokens issued since are refused',
  async () => {
    const server = await start('postgres', { version: '15' })
    onTestFinished(() => server.stop())
    const instance = await instanceOn(server.url)
    const before = await instance.issue({ subject: 'ada', client: 'web' })
    await server.run?.(['pg_basebackup', '--checkpoint=fast', '--pgdata=/tmp/backup'])
    const after = await instance.issue({ subject: 'ada', client: 'web' })
    const rotated = await instance.rotate(before.refreshToken)
    if (!rotated.active) throw new Error(rotated.reason)

    await server.kill?.()
    await server.start?.()
    expect(await instance.verify(after.accessToken)).toMatchObject({ active: true }) // No backup yet.
    await server.run?.(['mv', '/tmp/backup', '/tmp/restore'])
    await server.kill?.()
    await server.start?.()

    const unknown = { active: false, reason: 'not-found' }
    expect(await instance.verify(after.accessToken)).toMatchObject(unknown)
    expect(await instance.verify(rotated.accessToken)).toMatchObject(unknown)
    expect(await instance.rotate(rotated.refreshToken)).toMatchObject(unknown)
    expect(await instance.verify(before.accessToken)).toMatchObject({ active: true })
  },
)

test.skipIf(isExternalServer)(
  'a full disk: write() rejects, stores nothing, and works again when there is space',
  async () => {
    const server = await start('postgres', { version: '15', disks: { '/small': 8 } })
    onTestFinished(() => server.stop())
    const operator = await client(server.url)
    // By the server: it must own the folder.
    await operator.query(`COPY (SELECT 1) TO PROGRAM 'cat > /small/in; mkdir /small/space'`)
    await operator.query(`CREATE TABLESPACE small LOCATION '/small/space'`)
    await operator.query('SET default_tablespace = small')
    await operator.query('ALTER DATABASE postgres SET default_tablespace = small')
    const repository = connect(server.url)
    await repository.open()
    await repository.migrate(false)
    await operator.query('CREATE TABLE ballast (body text)')
    const fill = `INSERT INTO ballast SELECT repeat('x', 1000) FROM generate_series(1, 100)`
    await expect(untilItFails(() => operator.query(fill))).rejects.toMatchObject({ code: '53100' })

    const large = (n: number) => ({
      record: record(n, { body: randomText(100_000) }),
      expected: null,
    })
    const batch = [large(1), large(2), large(3)]
    await expect(repository.write(batch, soon())).rejects.toMatchObject({
      message: expect.stringContaining('the disk is full'),
      cause: expect.objectContaining({ code: '53100' }),
    })
    expect(
      await repository.read(
        batch.map(({ record: { key } }) => key),
        soon(),
      ),
    ).toEqual([null, null, null])
    await operator.query('DROP TABLE ballast')
    expect(await repository.write(batch, soon())).toEqual([true, true, true])
  },
)

async function untilItFails(work: () => Promise<unknown>): Promise<never> {
  for (;;) await work()
}

/** It cannot be compressed. */
function randomText(bytes: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(48_000)))
    .toString('base64')
    .repeat(2)
    .slice(0, bytes)
}
