// Opens the file that it is given, and in every round has its racers write at once.

import { sqlite } from '../../src/index.ts'
import type { Ran, Round } from './protocol.ts'

const RACERS = 16
process.once('disconnect', () => process.exit())

const repository = sqlite(process.argv[2] ?? '')
// Without waiting for the others: all processes make the file and its tables at the same time.
await repository.open()
await repository.migrate?.(false)

process.on('message', async ({ record, expected }: Round) => {
  const etags = Array.from({ length: RACERS }, () => crypto.randomUUID())
  const race = (etag: string) =>
    repository.write([{ record: { ...record, etag }, expected }], AbortSignal.timeout(30_000))
  const answers = await Promise.allSettled(etags.map(race))
  process.send?.({
    won: etags.filter((_, n) => answers[n]?.status === 'fulfilled' && answers[n].value[0] === true),
    failed: answers.filter(({ status }) => status === 'rejected').map(String),
  } satisfies Ran)
})
process.send?.('ready')
