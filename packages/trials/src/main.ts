// Usage: pnpm trial NAME [STORE]...
import { dump } from './dump/dump.ts'
import { growth } from './growth/growth.ts'
import { revokeUnderLease } from './lease/revoke-under-lease.ts'
import { resealUnderLoad } from './reseal/reseal-under-load.ts'
import { sessionPages } from './session-pages.ts'
import { sizes } from './sizes.ts'
import { type StoreName, starters } from './stores.ts'

/** Each trial, and the stores that it runs on where you name none. */
const trials = {
  dump: { run: dump, stores: ['sqlite', 'postgres', 'redis', 'mongodb', 'memcached'] },
  reseal: { run: resealUnderLoad, stores: ['sqlite', 'postgres', 'redis'] },
  lease: { run: revokeUnderLease, stores: ['sqlite', 'postgres', 'redis'] },
  growth: { run: growth, stores: ['sqlite', 'postgres', 'redis'] },
  sizes: { run: sizes, stores: ['sqlite', 'postgres', 'redis'] },
  sessions: { run: sessionPages, stores: ['sqlite', 'postgres', 'redis', 'mongodb'] },
} as const

const [name = '', ...named] = process.argv.slice(2)
if (!Object.hasOwn(trials, name))
  throw new Error(`Name a trial: ${Object.keys(trials).join(', ')}.`)
const { run, stores } = trials[name as keyof typeof trials]
const unknown = named.find((store) => !Object.hasOwn(starters, store))
if (unknown !== undefined) throw new Error(`There is no store ${unknown}.`)

let failures = 0
for (const store of (named.length > 0 ? named : stores) as readonly StoreName[]) {
  const started = await starters[store]()
  console.log(`\n${name}: ${store} on ${started.server}`)
  try {
    await run(store, started)
  } catch (error) {
    failures++
    console.error(error)
  } finally {
    await started.close()
  }
}
process.exitCode = failures === 0 ? 0 : 1
