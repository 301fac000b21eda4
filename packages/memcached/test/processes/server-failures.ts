// Calls the adapter while the server fails, and closes it. Then the process must exit.
import { FaultProxy } from '@tokenward/conformance/harness'
import { type Driver, memcached } from '../../src/index.ts'

const [, , url = '', client] = process.argv
const { hostname, port } = new URL(url)
const key = 'a'.repeat(24)
const deadline = () => AbortSignal.timeout(120_000)

// The input closes when the parent is killed; it does not keep this process alive.
process.stdin.on('end', () => process.exit(1)).resume()
Reflect.get(process.stdin, 'unref')?.call(process.stdin)

const proxy = await FaultProxy.start({ host: hostname, port: Number(port) })
const repository = memcached(`${proxy.address.host}:${proxy.address.port}`, {
  client: client as Driver,
})
await repository.open()
// More failures than after which a client of `memcached` runs `ping`.
for (let failure = 0; failure < 12; failure++) {
  await proxy.set({ type: 'held-reply' })
  const lost = repository.read([key], deadline()).catch(() => 'lost')
  await proxy.until(({ heldBack }) => heldBack > 0)
  await proxy.set({ type: 'refuse' })
  if ((await lost) !== 'lost') throw new Error('a reply without a server')
  for (let tries = 0; tries < 3; tries++)
    await repository.read([key], deadline()).catch(() => 'lost')
  await proxy.heal()
  await repository.read([key], deadline())
}
await repository.close()
await proxy.close()
process.stdout.write('done')
