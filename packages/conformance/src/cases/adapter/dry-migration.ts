import assert from 'node:assert/strict'
import { isTokenwardError } from '@tokenward/core'
import type { TokenRepository } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import type { Case } from '../../suite/case.ts'
import { handle } from '../../suite/requirements.ts'
import { assertStored, insertAll, makeRecord, readOne } from './records.ts'

const dryMigration: Case = {
  name: 'dry-migration',
  level: 'adapter',
  catches: 'a dry run of migrate() returns the statements, and makes nothing',
  requires: handle('unprepared'),
  async run(context) {
    const url = await context.environment.server.unprepared?.()
    const [repository, other] = [
      await context.repository(context.namespace, url),
      await context.repository(context.namespace, url),
    ]
    await assertNotPrepared(context, repository, 'before')
    const planned = await repository.migrate?.(true)
    assert.ok(planned && planned.length > 0, 'a dry run returns the statements')
    for (const each of [repository, other])
      await assertNotPrepared(context, each, 'after a dry run')
    assert.deepEqual(await repository.migrate?.(true), planned, 'after a dry run, the next')
    await repository.migrate?.(false)
    const record = makeRecord(context)
    await insertAll(other, [record])
    assertStored(await readOne(repository, record.key), record, 'after migrate()')
  },
}

async function assertNotPrepared(
  context: CaseContext,
  repository: TokenRepository,
  when: string,
): Promise<void> {
  const failure = await readOne(repository, context.random.key()).then(
    () => null,
    (error: unknown) => error,
  )
  const isExpected = isTokenwardError(failure, 'TOKENWARD_NOT_PREPARED')
  assert.ok(isExpected, `${when}, a read must reject with TOKENWARD_NOT_PREPARED, not: ${failure}`)
}

export const cases: readonly Case[] = [dryMigration]
