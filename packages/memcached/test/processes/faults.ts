// What a process does that nobody holds: it meets faults, closes, and must end by itself.
import { FaultProxy } from '@tokenward/conformance/harness'
import { type Driver, memcached } from '../../src/index.ts'

const [, , url = '', client] = process.argv
const { hostname, port } = new URL(url)
const key = 'a'.repeat(64)
const soon = () => AbortSignal.timeout(120_000)

// Of a parent that was killed it hears by its input, which does not keep it alive.
process.stdin.on('end', () => process.exit(1)).resume()
Reflect.get(process.stdin, 'unref')?.call(process.stdin)

const proxy = await FaultProxy.start({ host: hostname, port: Number(port) })
const repository = memcached(`${proxy.address.host}:${proxy.address.port}`, {
  client: client as Driver,
})
await repository.open()
// More than after which a client of `memcached` asks `ping`.
for (let fall = 0; fall < 12; fall++) {
  await proxy.set({ type: 'held-reply' })
  const lost = repository.read([key], soon()).catch(() => 'lost')
  await proxy.until(({ heldBack }) => heldBack > 0)
  await proxy.set({ type: 'refuse' })
  if ((await lost) !== 'lost') throw new Error('An answer without a server')
  for (let tries = 0; tries < 3; tries++) await repository.read([key], soon()).catch(() => 'lost')
  await proxy.heal()
  await repository.read([key], soon())
}
await repository.close()
await proxy.close()
process.stdout.write('well')
