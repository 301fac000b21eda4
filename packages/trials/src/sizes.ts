import { createTokenward, generateKeys, prepare } from '@tokenward/core'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { fill } from './growth/fill.ts'
import { Progress } from './progress.ts'
import { repositories, type StoreName, type TrialStore } from './stores.ts'

const RECORDS = Number(process.env['TRIAL_RECORDS'] ?? 100_000)
const KINDS = ['session', 'token', 'cutoff'] as const

/** How many bytes a record of each kind takes, indexes included: for the table in docs/operations.md. */
export async function sizes(name: StoreName, store: TrialStore): Promise<void> {
  const repository = repositories[name](store.url)
  const options = { issuer: 'https://trial.example', keys: await generateKeys(), repository }
  await prepare(options)
  const tokens = await createTokenward(options)
  const login = await tokens.issue({ subject: 'ada', client: 'web' })
  const templates = await recordsOf(repository)
  await tokens.revoke({ session: login.session })
  templates.push(...(await recordsOf(repository)).filter(({ kind }) => kind === 'cutoff'))
  const rows: object[] = []
  for (const kind of KINDS) {
    const template = templates.find((record) => record.kind === kind)
    if (template === undefined) throw new Error(`the store lists no ${kind}`)
    const before = (await store.size?.()) ?? Number.NaN
    const progress = new Progress(`${kind} records`, RECORDS)
    await fill(repository, template, RECORDS, progress)
    progress.end()
    const grown = ((await store.size?.()) ?? Number.NaN) - before
    const { body, groups } = template
    rows.push({
      kind,
      'bytes a record': Math.round(grown / RECORDS),
      'of them body': body.length,
      groups: groups.length,
    })
  }
  console.table(rows)
  await tokens.close()
}

async function recordsOf(repository: TokenRepository): Promise<StoredRecord[]> {
  return [...((await repository.list?.(null, null, 100, AbortSignal.timeout(30_000))) ?? [])]
}
