// Creates the given file as soon as it gets a record to store there.
import type { StoredRecord } from '@tokenward/core/adapter'
import { sqlite } from '../../src/index.ts'

process.once('disconnect', () => process.exit())
process.once('message', async (record: StoredRecord) => {
  const repository = sqlite(process.argv[2] ?? '')
  await repository.open()
  await repository.migrate?.(false)
  process.send?.(await repository.write([{ record, expected: null }], AbortSignal.timeout(200_000)))
})
process.send?.('ready')
