// What a verification with revocation costs beside the bare signature check, in one run on one
// machine: only the ratio means anything elsewhere.
import { Bench } from 'tinybench'
import { contestants } from './contestants.ts'

const IN_FLIGHT = 64

const { all, wards } = await contestants(IN_FLIGHT)
const bench = new Bench({ time: 2000, warmupTime: 500, throws: true })
for (const { name, verify, tokens } of all) {
  bench.add(name, async () => {
    await Promise.all(tokens.map(verify))
  })
}
await bench.run()
await Promise.all(wards.map((ward) => ward.close()))

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
