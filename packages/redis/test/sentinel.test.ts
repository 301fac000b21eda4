import { setTimeout as pause } from 'node:timers/promises'
import { createTokenward, generateKeys } from '@tokenward/core'
import { startRedisSentinel } from '@tokenward/testbed'
import { Redis } from 'ioredis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { asAdministrator } from './administrator.ts'
import { DURABLE } from './server.ts'
import { connect, deadline, isExternalServer, key, prepared, record } from './support.ts'

async function stage() {
  const group = await startRedisSentinel({ version: '7', settings: DURABLE })
  onTestFinished(() => group.stop())
  const callerClient = new Redis({ sentinels: [group.sentinel], name: group.name })
  callerClient.on('error', () => undefined)
  onTestFinished(() => callerClient.disconnect())
  return { ...group, callerClient }
}

/** Resolves when the replica has caught up with the primary. */
async function replicated(url: string): Promise<void> {
  await asAdministrator(url, async (node) => {
    while ((await node.wait(1, 1_000)) < 1);
  })
}

const asynchronous = {
  code: 'asynchronous-failover',
  downgrades: { durability: 'reverting', linearizable: false },
}

describe.skipIf(isExternalServer)('a primary that Sentinels may replace', () => {
  test('is refused; with assume, the store follows to the new primary', async () => {
    const { callerClient, primary, replica } = await stage()
    const options = {
      issuer: 'https://api.example',
      keys: await generateKeys(),
      deadline: '30s',
    } as const
    await expect(
      createTokenward({ ...options, repository: connect(callerClient) }),
    ).rejects.toMatchObject({
      code: 'TOKENWARD_POLICY_REFUSED',
      findings: [asynchronous],
    })
    expect(await connect(primary.url).open(), 'by its address').toMatchObject([asynchronous])
    expect((await connect(replica.url).open()).map(({ code }) => code)).toContain('replica')

    const durable = connect(callerClient, { assume: { durability: 'durable' } })
    await expect(createTokenward({ ...options, repository: durable })).rejects.toMatchObject({
      findings: [{ code: asynchronous.code, downgrades: { linearizable: false } }],
    })
    const assume = { durability: 'durable', linearizable: true } as const
    const repository = connect(callerClient, { assume })
    const [finding] = await repository.open()
    expect(finding).toMatchObject({ code: asynchronous.code })
    expect(finding).not.toHaveProperty('downgrades')
    const instance = await createTokenward({ ...options, repository })
    const [login, other] = [
      await instance.issue({ subject: 'ada', client: 'web' }),
      await instance.issue({ subject: 'bob', client: 'web' }),
    ]
    await instance.revoke({ subject: 'ada' })
    // Records that reached the replica before its primary dies are not lost.
    await replicated(primary.url)
    await primary.kill()
    const verified = async () => instance.verify(other.accessToken).catch(() => null)
    let result = await verified()
    while (result === null) {
      await pause(20)
      result = await verified()
    }
    expect(result.active).toBe(true)
    expect(await instance.verify(login.accessToken)).toMatchObject({ reason: 'revoked' })
    await instance.revoke({ subject: 'bob' })
    expect(await instance.verify(other.accessToken)).toMatchObject({ reason: 'revoked' })
    await instance.close()
  })

  test('loses the last acknowledged write, as the finding declares', async () => {
    const { callerClient, primary, replica } = await stage()
    const repository = await prepared(callerClient, { assume: { durability: 'durable' } })
    const [active, revoked] = [record(1), record(1, { state: 'revoked' })]
    await repository.write([{ record: active, expected: null }], deadline())
    await replicated(primary.url)
    await replica.pause()
    await asAdministrator(primary.url, (node) => node.call('CLIENT', 'KILL', 'TYPE', 'REPLICA'))
    const write = [{ record: revoked, expected: active.etag }]
    expect(await repository.write(write, deadline()), 'acknowledged').toEqual([true])
    await primary.kill()
    await replica.resume()
    const found = async () => repository.read([key(1)], deadline()).catch(() => null)
    let answer = await found()
    while (answer === null) {
      await pause(20)
      answer = await found()
    }
    expect(answer, 'no longer revoked').toEqual([active])
  })
})
