import { setTimeout as pause } from 'node:timers/promises'
import { createTokenward, generateKeys } from '@tokenward/core'
import { startRedisSentinel } from '@tokenward/testbed'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { asAdministrator } from './administrator.ts'
import { DURABLE } from './server.ts'
import { connect, isTheirs, key, prepared, record, soon } from './support.ts'

async function stage() {
  const group = await startRedisSentinel({ version: '7', settings: DURABLE })
  onTestFinished(() => group.stop())
  const lent = new Redis({ sentinels: [group.sentinel], name: group.name })
  lent.on('error', () => undefined)
  onTestFinished(() => lent.disconnect())
  return { ...group, lent }
}

/** The replica has what the primary has. */
async function replicated(url: string): Promise<void> {
  await asAdministrator(url, async (node) => {
    while ((await node.wait(1, 1_000)) < 1);
  })
}

const asynchronous = {
  code: 'asynchronous-failover',
  downgrades: { durability: 'reverting', linearizable: false },
}

describe.skipIf(isTheirs)('a primary that Sentinels may depose', () => {
  test('is refused, unless somebody vouches for it, and then goes over to the new one', async () => {
    const { lent, primary, replica } = await stage()
    const options = {
      issuer: 'https://api.example',
      keys: await generateKeys(),
      deadline: '30s',
    } as const
    await expect(createTokenward({ ...options, repository: connect(lent) })).rejects.toMatchObject({
      code: 'TOKENWARD_POLICY_REFUSED',
      findings: [asynchronous],
    })
    expect(await connect(primary.url).open(), 'by its address').toMatchObject([asynchronous])
    expect((await connect(replica.url).open()).map(({ code }) => code)).toContain('replica')

    const repository = connect(lent, { assume: { durability: 'durable' } })
    const [finding] = await repository.open()
    expect(finding).toMatchObject({ code: asynchronous.code, downgrades: { linearizable: false } })
    const instance = await createTokenward({ ...options, repository })
    const [login, other] = [
      await instance.issue({ subject: 'ada', client: 'web' }),
      await instance.issue({ subject: 'bob', client: 'web' }),
    ]
    await instance.revoke({ subject: 'ada' })
    // What the replica has when its primary dies is not lost.
    await replicated(primary.url)
    await primary.kill()
    const verified = async () => instance.verify(other.accessToken).catch(() => null)
    let verdict = await verified()
    while (verdict === null) {
      await pause(20)
      verdict = await verified()
    }
    expect(verdict.active).toBe(true)
    expect(await instance.verify(login.accessToken)).toMatchObject({ reason: 'revoked' })
    await instance.revoke({ subject: 'bob' })
    expect(await instance.verify(other.accessToken)).toMatchObject({ reason: 'revoked' })
    await instance.close()
  })

  test('loses what it acknowledged last: it was declared so', async () => {
    const { lent, primary, replica } = await stage()
    const repository = await prepared(lent, { assume: { durability: 'durable' } })
    const [active, revoked] = [record(1), record(1, { state: 'revoked' })]
    await repository.write([{ record: active, expected: null }], soon())
    await replicated(primary.url)
    await replica.pause()
    await asAdministrator(primary.url, (node) => node.call('CLIENT', 'KILL', 'TYPE', 'REPLICA'))
    const write = [{ record: revoked, expected: active.etag }]
    expect(await repository.write(write, soon()), 'acknowledged').toEqual([true])
    await primary.kill()
    await replica.resume()
    const found = async () => repository.read([key(1)], soon()).catch(() => null)
    let answer = await found()
    while (answer === null) {
      await pause(20)
      answer = await found()
    }
    expect(answer, 'revoked no more').toEqual([active])
  })
})
