import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { asUser, type Complete, connect, deadline, key } from './support.ts'

describe('concurrent open() calls', () => {
  const isOpen = async (repository: Complete) =>
    expect(await repository.read([key(1)], deadline())).toEqual([null])

  test('share one connection and return the same findings', async () => {
    const { url, connections } = await asUser()
    const repository = connect(url)
    const all = await Promise.all([1, 2, 3].map(() => repository.open()))
    for (const findings of all) expect(findings, 'read once').toBe(all[0])
    expect(all[0]).toMatchObject([{ code: 'appendfsync-unknown' }])
    expect(await connections()).toHaveLength(1)
    await isOpen(repository)
  })

  test('all reject when opening fails, and nothing stays open', async () => {
    const { url, username, operator, connections } = await asUser()
    const repository = connect(url)
    await operator.acl('SETUSER', username, '-info')
    const all = await Promise.allSettled([1, 2, 3].map(() => repository.open()))
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    await expect(repository.read([key(1)], deadline())).rejects.toMatchObject({
      code: 'TOKENWARD_CLOSED',
    })
    while ((await connections()).length > 0) await pause(5)
    await operator.acl('SETUSER', username, '+info')
    await repository.open()
    await isOpen(repository)
  })

  test('a failed open() of an open repository leaves it open', async () => {
    const { url, username, operator } = await asUser()
    const repository = connect(url)
    await repository.open()
    await operator.acl('SETUSER', username, '-info')
    await expect(repository.open()).rejects.toBeInstanceOf(Error)
    await isOpen(repository)
  })

  test('close() during open() ends it, and does not affect a later open()', async () => {
    const { url, connections } = await asUser()
    const repository = connect(url)
    for (let turns = 0; turns < 12; turns++) {
      const opening = repository.open().catch((error) => error)
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
      const closing = repository.close()
      const again = repository.open()
      await closing
      const ended = await opening
      if (ended instanceof Error) expect(ended).toMatchObject({ code: 'TOKENWARD_CLOSED' })
      await again
      await isOpen(repository)
      await repository.close()
    }
    while ((await connections()).length > 0) await pause(5)
  })
})
