import { expect, test } from 'vitest'
import type { StoredRecord, TokenRepository, Write } from '../src/adapter.ts'
import { generateSealingKey } from '../src/index.ts'
import { ADA, instance } from './instance.ts'
import { compareAndSet, mapRepository } from './map-repository.ts'

/** A store whose next write runs `lose` instead. */
async function losing() {
  const records = new Map<string, StoredRecord>()
  const state: { lose: ((writes: readonly Write[]) => Promise<void>) | null } = { lose: null }
  const inner = mapRepository(records)
  const repository: TokenRepository = {
    ...inner,
    write: async (writes, signal) => {
      const { lose } = state
      state.lose = null
      if (lose === null) return inner.write(writes, signal)
      await lose(writes)
      throw new Error('connection reset')
    },
  }
  const { tokens } = await instance({ repository, sealing: generateSealingKey() })
  const { session } = await tokens.issue({ ...ADA, data: { n: 0 } })
  let calls = 0
  const stamp = (data: object | null) => ({
    n: ((data as { n: number } | null)?.n ?? 0) + 1,
    calls: ++calls,
  })
  return { records, state, tokens, session, stamp }
}

test('a lost reply of a write that happened is not repeated', async () => {
  const { records, state, tokens, session, stamp } = await losing()
  state.lose = async (writes) => void writes.map((write) => compareAndSet(records, write))
  const expected = { updated: true, data: { n: 1, calls: 1 } }
  expect(await tokens.updateData({ session }, stamp)).toEqual(expected)
  expect(await tokens.data({ session })).toMatchObject({ data: expected.data })
})

test('a lost write is repeated, and the result is what was stored', async () => {
  const { state, tokens, session, stamp } = await losing()
  state.lose = async () => {}
  const { data } = (await tokens.updateData({ session }, stamp)) as { data: object }
  expect(data).toMatchObject({ n: 1 })
  expect(await tokens.data({ session })).toMatchObject({ data })
})

test('a lost write that arrives late counts once, and the result is what was stored', async () => {
  const { records, state, tokens, session, stamp } = await losing()
  state.lose = async (late) => {
    // The second write finds that the first one has arrived.
    state.lose = async () => void late.map((write) => compareAndSet(records, write))
  }
  const { data } = (await tokens.updateData({ session }, stamp)) as { data: object }
  expect(data).toMatchObject({ n: 1 })
  expect(await tokens.data({ session })).toMatchObject({ data })
})

test('a lost reply and a change of another call: the outcome is reported as unknown', async () => {
  const { records, state, tokens, session, stamp } = await losing()
  state.lose = async (writes) => {
    for (const write of writes) compareAndSet(records, write)
    await tokens.updateData({ session }, stamp)
  }
  await expect(tokens.updateData({ session }, stamp)).rejects.toMatchObject({
    code: 'TOKENWARD_WRITE_INDETERMINATE',
  })
  expect(await tokens.data({ session })).toMatchObject({ data: { n: 2 } })
})

test('a lost reply and a revocation: the change counts as made', async () => {
  const { records, state, tokens, session, stamp } = await losing()
  state.lose = async (writes) => {
    for (const write of writes) compareAndSet(records, write)
    await tokens.revoke({ session })
  }
  expect(await tokens.updateData({ session }, stamp)).toMatchObject({ updated: true })
  expect(await tokens.data({ session })).toMatchObject({ active: false, data: { n: 1 } })
})

test('the data of a record that disappears during the call is not changed', async () => {
  const { records, state, tokens, session, stamp } = await losing()
  state.lose = async () => {
    for (const { key, kind } of records.values()) if (kind === 'session') records.delete(key)
  }
  const missing = { updated: false, reason: 'not-found' }
  expect(await tokens.updateData({ session }, stamp)).toEqual(missing)
})

test('the data of a record that becomes corrupt during the call is not changed', async () => {
  const { records, state, tokens, session, stamp } = await losing()
  state.lose = async () => {
    for (const record of records.values())
      if (record.kind === 'session') records.set(record.key, { ...record, body: '{' })
  }
  const corrupt = { updated: false, reason: 'corrupt' }
  expect(await tokens.updateData({ session }, stamp)).toEqual(corrupt)
})
