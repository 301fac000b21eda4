import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { generateKeys, generateSealingKey, type Login, type Tokenward } from '@tokenward/core'
import { Progress } from '../progress.ts'
import type { StoreName, TrialStore } from '../stores.ts'
import { Clients } from './clients.ts'
import { fill, open, type Setup } from './fill.ts'

const SESSIONS = Number(process.env['TRIAL_SESSIONS'] ?? 100_000)
const REVOKED = SESSIONS / 100
const BASELINE_MS = 20_000

/** Moves sessions to a new key while clients rotate and update them, with a `kill -9` in the middle. */
export async function resealUnderLoad(name: StoreName, store: TrialStore): Promise<void> {
  const [old, fresh] = [generateSealingKey(), generateSealingKey()]
  const setup: Setup = { name, url: store.url, keys: await generateKeys(), sealing: [old] }
  const before = await open(setup)
  const logins = await fill(before, SESSIONS)
  const revoked = new Set(Array.from({ length: REVOKED }, (_, i) => i * 100))
  for (const n of revoked) await before.revoke({ session: (logins[n] as Login).session })
  const moving: Setup = { ...setup, sealing: [fresh, old] }
  const tokens = await open(moving)
  const clients = new Clients(tokens, logins)
  await sleep(BASELINE_MS)
  const alone = clients.latencies.take()
  await reseal(moving, SESSIONS / 3)
  const result = await reseal(moving)
  const beside = clients.latencies.take()
  await clients.stop()
  const rest = await tokens.reseal({ dryRun: true })
  console.log(
    `resealed ${result}; then to do: ${rest.resealed}, by key: ${JSON.stringify(rest.keys)}`,
  )
  console.log(
    `p99 of verify: ${alone.p99.toFixed(1)} ms alone (${alone.count}), ${beside.p99.toFixed(1)} ms beside reseal (${beside.count}): ${(beside.p99 / alone.p99).toFixed(2)}x`,
  )
  await Promise.all([before.close(), tokens.close()])
  await checkAll(await open({ ...setup, sealing: [fresh] }), logins, revoked, clients)
  if (rest.resealed > 0 || rest.unreadable > 0) throw new Error('reseal left something')
}

/** Runs a process that reseals. @param killAfter how many records it may look at before `kill -9` */
async function reseal(setup: Setup, killAfter?: number): Promise<string> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'reseal-process.ts')], {
    env: { ...process.env, TRIAL_SETUP: JSON.stringify(setup) },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let last = ''
  for await (const line of createInterface({ input: child.stdout })) {
    last = line
    if (killAfter !== undefined && Number(line) >= killAfter) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  if (killAfter !== undefined) console.log(`killed after ${last} records (${child.signalCode})`)
  else if (child.exitCode !== 0) throw new Error(`reseal exited with ${child.exitCode}`)
  return last
}

/** With the new key alone: all data as it was written last, and what was revoked is revoked. */
async function checkAll(
  tokens: Tokenward,
  logins: readonly Login[],
  revoked: ReadonlySet<number>,
  { visits }: Clients,
): Promise<void> {
  const progress = new Progress('checked', logins.length)
  let lost = 0
  let revived = 0
  for (let from = 0; from < logins.length; from += 64) {
    const numbers = logins.slice(from, from + 64).map((_, i) => from + i)
    const checks = numbers.map(async (n) => {
      const stored = await tokens.data({ session: (logins[n] as Login).session })
      const { user, visits: counted } = ((stored.found && stored.data) || {}) as Partial<Visits>
      if (user !== n || counted !== (visits.get(n) ?? 0)) lost++
      if (revoked.has(n) === (stored.found && stored.active)) revived++
    })
    await Promise.all(checks)
    progress.show(from + numbers.length)
  }
  progress.end()
  await tokens.close()
  console.log(`${lost} sessions lost data, ${revived} have another state than they should`)
  if (lost > 0 || revived > 0) throw new Error('something was lost')
}

interface Visits {
  readonly user: number
  readonly visits: number
}
