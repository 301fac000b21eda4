// Compares a verification that checks for revocation with a signature check by jose, and each store
// with its driver alone. Only the ratios are comparable between machines.
import { Bench } from 'tinybench'
import { compareStore } from './compare-store.ts'
import { stores } from './stores/all.ts'
import { createVerifiers } from './verifiers.ts'

const CONCURRENCY = 64

const { all, instances } = await createVerifiers(CONCURRENCY)
const bench = new Bench({ time: 2000, warmupTime: 500, throws: true })
for (const { name, verify, tokens } of all) {
  bench.add(name, async () => {
    await Promise.all(tokens.map(verify))
  })
}
await bench.run()
await Promise.all(instances.map((instance) => instance.close()))

const rates = bench.tasks.map(({ name, result }) => {
  if (!('latency' in result)) throw new Error(`${name} was not measured`)
  return { name, perSecond: (CONCURRENCY * 1000) / result.latency.mean }
})
const ratio = (rate: number, reference: number) => `${(rate / reference).toFixed(2)}x`
const joseRate = rates[0]?.perSecond ?? Number.NaN

console.log(`${CONCURRENCY} tokens in flight, ES256, memory store, Node ${process.version}`)
console.table(
  rates.map(({ name, perSecond }) => ({
    name,
    'tokens/s': Math.round(perSecond),
    'compared with jose': ratio(perSecond, joseRate),
  })),
)

const chosen = process.argv.slice(2)
const unknown = chosen.find((name) => !Object.hasOwn(stores, name))
if (unknown !== undefined) {
  throw new Error(`There is no store ${unknown}, only ${Object.keys(stores).join(', ')}.`)
}

for (const [name, start] of Object.entries(stores)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  const store = await start()
  const compared = await compareStore(store, [1, CONCURRENCY]).finally(() => store.close())
  console.log(`\n@tokenward/${name} on ${store.server}, compared with its driver alone`)
  console.table(
    compared.map(({ concurrency, get, verify, insert, revoke }) => ({
      'in flight': concurrency,
      'lookups/s': Math.round(get),
      'verify/s': Math.round(verify),
      'verify / lookup': ratio(verify, get),
      'inserts/s': Math.round(insert),
      'revoke/s': Math.round(revoke),
      'revoke / insert': ratio(revoke, insert),
    })),
  )
}
