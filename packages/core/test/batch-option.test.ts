import { expect, onTestFinished, test } from 'vitest'
import {
  createTokenward,
  prepare,
  type TokenRepository,
  type TokenwardOptions,
} from '../src/index.ts'
import { Deadline } from '../src/store/deadline.ts'
import { Store } from '../src/store/store.ts'
import { keys } from './instance.ts'
import { mapRepository } from './map-repository.ts'
import { ISSUER } from './provider.ts'

/** How many records were read and written by each call to the store. */
async function countsOf(batch: NonNullable<TokenwardOptions['batch']>) {
  const counts: string[] = []
  const inner = mapRepository()
  const repository: TokenRepository = {
    ...inner,
    read: (keys, signal) => {
      counts.push(`read ${keys.length}`)
      return inner.read(keys, signal)
    },
    write: (writes, signal) => {
      counts.push(`write ${writes.length}`)
      return inner.write(writes, signal)
    },
  }
  const options = { issuer: ISSUER, keys: await keys, repository, batch }
  await prepare(options)
  const tokens = await createTokenward(options)
  onTestFinished(() => tokens.close())
  const logins = await Promise.all(
    ['ada', 'bob'].map((subject) => tokens.issue({ subject, client: 'web' })),
  )
  counts.length = 0
  await Promise.all(logins.map(({ accessToken }) => tokens.verify(accessToken)))
  await Promise.all(logins.map(({ refreshToken }) => tokens.revoke(refreshToken)))
  return counts
}

test('by default the calls of one turn share a round trip', async () => {
  const trips: number[] = []
  const inner = mapRepository()
  const repository: TokenRepository = {
    ...inner,
    read: (keys, signal) => {
      trips.push(keys.length)
      return inner.read(keys, signal)
    },
  }
  const store = new Store(repository, { unavailable: () => undefined, recovered: () => undefined })
  await Promise.all(['a', 'b'].map((key) => store.read([key], new Deadline(60_000))))
  expect(trips).toEqual([2])
})

test("with batch: 'operation' each operation has its own round trips", async () => {
  const counts = await countsOf('operation')
  expect(counts.filter((each) => each.startsWith('write'))).toEqual(['write 1', 'write 1'])
  expect(counts.filter((each) => each.startsWith('read'))).toHaveLength(4)
})
