import assert from 'node:assert/strict'
import type { StoredRecord } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { DAY, MINUTE, SECOND } from '../../harness/clock.ts'
import type { Case } from '../../suite/case.ts'
import { handle } from '../../suite/requirements.ts'
import { changed, insertAll, makeRecord, readOne, writeOne } from './records.ts'

/** ms: what a field of seconds, of 32 bits, or of relative times of up to 30 days holds, and longer ones. */
const LENGTHS = [MINUTE, 30 * DAY - MINUTE, 30 * DAY + MINUTE, 3_650 * DAY]
/** ms: another case looks at the rounding of seconds. */
const ROUNDING = 2 * SECOND

const serverExpiry: Case = {
  name: 'server-expiry',
  level: 'adapter',
  catches: "the store's own expiry is at the end of the retention or later, however far that is",
  requires: handle('expiryOf'),
  async run(context) {
    const repository = await context.repository()
    for (const length of LENGTHS) {
      const end = Date.now() + length
      const record = makeRecord(context, { expiresAt: end, retainUntil: end })
      await insertAll(repository, [record])
      await assertKept(context, record, `inserted for ${length / SECOND} s`)
      const same = changed(context, record)
      assert.equal(await writeOne(repository, same, record.etag), true)
      await assertKept(context, same, `replaced, for ${length / SECOND} s`)
      const longer = { ...changed(context, same), retainUntil: end + 40 * DAY }
      assert.equal(await writeOne(repository, longer, same.etag), true)
      await assertKept(context, longer, `extended by 40 days, from ${length / SECOND} s`)
      assert.equal((await readOne(repository, longer.key))?.retainUntil, longer.retainUntil)
    }
  },
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

export const cases: readonly Case[] = [serverExpiry]
