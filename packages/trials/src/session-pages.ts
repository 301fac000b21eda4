import { createTokenward, generateKeys, type SessionPage } from '@tokenward/core'
import { Progress } from './progress.ts'
import { repositories, type StoreName, type TrialStore } from './stores.ts'

const SESSIONS = Number(process.env['TRIAL_SESSIONS'] ?? 20_000)
const OTHERS = SESSIONS * 2
const PAGE = 100
const IN_FLIGHT = 64
const REPEATS = 20

/** A subject with many sessions: the last page takes as long as the first. */
export async function sessionPages(name: StoreName, store: TrialStore): Promise<void> {
  const repository = repositories[name](store.url)
  const options = { issuer: 'https://trial.example', keys: await generateKeys(), repository }
  const tokens = await createTokenward({ ...options, deadline: '30s' })
  const progress = new Progress('logins', SESSIONS + OTHERS)
  let next = 0
  const worker = async () => {
    while (next < SESSIONS + OTHERS) {
      const n = next++
      // Every third login is that of the subject.
      await tokens.issue({ subject: n % 3 === 0 ? 'ada' : `subject ${n}`, client: 'web' })
      progress.show(n + 1)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
  progress.end()
  const cursors: (string | undefined)[] = [undefined]
  const seen = new Set<string>()
  for (let cursor: string | undefined, pages = 0; pages === 0 || cursor !== undefined; pages++) {
    const page: SessionPage = await tokens.sessions(
      { subject: 'ada' },
      { limit: PAGE, ...(cursor !== undefined && { cursor }) },
    )
    for (const { record } of page.items) seen.add(record)
    cursor = page.cursor
    if (cursor !== undefined) cursors.push(cursor)
  }
  const measured = [0, 1, SESSIONS / PAGE / 2, SESSIONS / PAGE - 1]
  const rows = []
  for (const page of measured) {
    const cursor = cursors[Math.floor(page)]
    const ms: number[] = []
    for (let i = 0; i < REPEATS; i++) {
      const started = performance.now()
      await tokens.sessions(
        { subject: 'ada' },
        { limit: PAGE, ...(cursor !== undefined && { cursor }) },
      )
      ms.push(performance.now() - started)
    }
    rows.push({ page: Math.floor(page) + 1, 'median ms': median(ms).toFixed(2) })
  }
  console.log(`${seen.size} sessions on ${cursors.length} pages`)
  console.table(rows)
  await tokens.close()
  if (seen.size !== SESSIONS) throw new Error(`${SESSIONS} sessions were expected`)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
