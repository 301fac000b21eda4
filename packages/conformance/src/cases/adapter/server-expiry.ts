import assert from 'node:assert/strict'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { DAY, MINUTE, SECOND } from '../../harness/clock.ts'
import type { Case } from '../../suite/case.ts'
import { handle } from '../../suite/requirements.ts'
import { assertStored, changed, insertAll, makeRecord, readOne, writeOne } from './records.ts'

/** ms: what a field of seconds, of 32 bits, or of relative times of up to 30 days holds, and longer ones. */
const LENGTHS = [MINUTE, 30 * DAY - MINUTE, 30 * DAY + MINUTE, 3_650 * DAY]
const EXTENSION = 40 * DAY
/** ms: another case looks at the rounding of seconds. */
const ROUNDING = 2 * SECOND
/** ms before the end of a retention. A machine that is too busy for the first one gets the next. */
const SHORTLY_BEFORE = [2 * SECOND, 15 * SECOND, 5 * MINUTE]

const serverExpiry: Case = {
  name: 'server-expiry',
  level: 'adapter',
  catches: "the store's own expiry is at the end of the retention or later, however far that is",
  requires: handle('expiryOf'),
  async run(context) {
    const repository = await context.repository()
    for await (const [record, what] of storedRecords(context, repository)) {
      await assertKept(context, record, what)
      assertStored(await readOne(repository, record.key), record, what)
    }
  },
}

const retainedByServerClock: Case = {
  name: 'retained-by-server-clock',
  level: 'adapter',
  catches: "a record is there until the server's clock reaches the end of its retention",
  requires: handle('setClock'),
  async run(context) {
    const { server } = context.environment
    context.onClose(async () => server.setClock?.(0))
    const repository = await context.repository()
    for await (const [record, what] of storedRecords(context, repository)) {
      await assertThereBefore(context, repository, record, what)
      await server.setClock?.(0)
    }
  },
}

/** Of each length, a record that was inserted, then replaced, then extended: each while it is the stored one. */
async function* storedRecords(
  context: CaseContext,
  repository: TokenRepository,
): AsyncGenerator<readonly [StoredRecord, string]> {
  for (const length of LENGTHS) {
    const end = Date.now() + length
    const inserted = makeRecord(context, { expiresAt: end, retainUntil: end })
    await insertAll(repository, [inserted])
    yield [inserted, `inserted for ${length / SECOND} s`]
    const replaced = changed(context, inserted)
    assert.equal(await writeOne(repository, replaced, inserted.etag), true)
    yield [replaced, `replaced, for ${length / SECOND} s`]
    const extended = { ...changed(context, replaced), retainUntil: end + EXTENSION }
    assert.equal(await writeOne(repository, extended, replaced.etag), true)
    yield [extended, `extended by 40 days, from ${length / SECOND} s`]
  }
}

async function assertKept(
  { environment: { server } }: CaseContext,
  { key, retainUntil }: StoredRecord,
  what: string,
): Promise<void> {
  const expiry = await server.expiryOf?.(key)
  if (expiry === null || expiry === undefined) return
  const early = Math.round(retainUntil - expiry)
  assert.ok(
    early <= ROUNDING,
    `${what}: the server deletes it ${early} ms before its retention ends`,
  )
}

/** With the server's clock shortly before the end: the record is there, as it was written. */
async function assertThereBefore(
  { environment: { server } }: CaseContext,
  repository: TokenRepository,
  record: StoredRecord,
  what: string,
): Promise<void> {
  for (const before of SHORTLY_BEFORE) {
    const offset = record.retainUntil - before - Date.now()
    await server.setClock?.(offset)
    const found = await readOne(repository, record.key)
    const isInTime = Date.now() + offset < record.retainUntil
    if (found !== null || isInTime) {
      assertStored(found, record, `${what}, with the server's clock ${before} ms before the end`)
      return
    }
  }
  throw new Error('the machine was too busy to read a record within five minutes')
}

export const cases: readonly Case[] = [serverExpiry, retainedByServerClock]
