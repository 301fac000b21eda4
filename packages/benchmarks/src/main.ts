// What a verification with revocation costs beside the bare signature check, and each store beside
// its driver alone, in one run on one machine: only the ratios mean anything elsewhere.
import { Bench } from 'tinybench'
import { compareStore } from './compare-store.ts'
import { contestants } from './contestants.ts'
import { stores } from './stores/all.ts'

const IN_FLIGHT = 64

const { all, instances } = await contestants(IN_FLIGHT)
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
  return { name, perSecond: (IN_FLIGHT * 1000) / result.latency.mean }
})
const alone = rates[0]?.perSecond ?? Number.NaN

console.log(`${IN_FLIGHT} tokens in flight, ES256, memory store, Node ${process.version}`)
console.table(
  rates.map(({ name, perSecond }) => ({
    name,
    'tokens/s': Math.round(perSecond),
    'rate beside jose': `${(perSecond / alone).toFixed(2)}x`,
  })),
)

const chosen = process.argv.slice(2)
const unknown = chosen.find((name) => !Object.hasOwn(stores, name))
if (unknown !== undefined) throw new Error(`${unknown}: name one of ${Object.keys(stores)}`)

const times = (rate: number, alone: number) => `${(rate / alone).toFixed(2)}x`
for (const [name, start] of Object.entries(stores)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue
  const rival = await start()
  const compared = await compareStore(rival, [1, IN_FLIGHT]).finally(() => rival.close())
  console.log(`\n@tokenward/${name} on ${rival.server}, beside its driver alone`)
  console.table(
    compared.map(({ inFlight, get, verify, insert, revoke }) => ({
      'in flight': inFlight,
      'lookups/s': Math.round(get),
      'verify/s': Math.round(verify),
      'verify beside it': times(verify, get),
      'inserts/s': Math.round(insert),
      'revoke/s': Math.round(revoke),
      'revoke beside it': times(revoke, insert),
    })),
  )
}
