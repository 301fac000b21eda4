// Runs inside the runtime under test: nothing here may need Node alone.
import { cases, runCase, type ServerHandle } from '@tokenward/conformance'

export interface CasesRequest {
  /** Names of cases, or the level whose cases run. */
  readonly only: readonly string[] | 'engine'
  /** The largest number of rounds of a case. */
  readonly rounds: number
}

/** One case, as it is printed. */
export interface Outcome {
  readonly name: string
  readonly status: 'passed' | 'failed' | 'not-run'
  readonly reason?: string
  readonly ms: number
}

/** Runs cases one after the other, each on a server of its own. */
export async function runCases(
  { only, rounds }: CasesRequest,
  start: () => Promise<ServerHandle>,
  repository: URL,
  print: (outcome: Outcome) => void,
): Promise<void> {
  const wanted = cases.filter(({ name, level }) =>
    only === 'engine' ? level === 'engine' : only.includes(name),
  )
  for (const { name } of wanted) print(await outcomeOf(name, rounds, start, repository))
}

/** What a case asks of the runtime itself: why this one does not have it, or `null`. */
const NEEDS: Readonly<Record<string, () => Promise<string | null>>> = {
  // It measures memory after it has called the garbage collector as V8 exposes it.
  soak: missingCollector,
  'blocked-event-loop': missingBlock,
}

async function missingCollector(): Promise<string | null> {
  try {
    const { setFlagsFromString } = await import('node:v8')
    const { runInNewContext } = await import('node:vm')
    setFlagsFromString('--expose-gc')
    runInNewContext('gc')()
    return null
  } catch (error) {
    return `needs the garbage collector of V8, and here calling it fails: ${error}`
  }
}

async function missingBlock(): Promise<string | null> {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0)
    return null
  } catch (error) {
    return `needs a thread that can be blocked, and here it cannot: ${error}`
  }
}

async function outcomeOf(
  name: string,
  maxRounds: number,
  start: () => Promise<ServerHandle>,
  repository: URL,
): Promise<Outcome> {
  const missing = (await NEEDS[name]?.()) ?? null
  if (missing !== null) return { name, status: 'not-run', reason: missing, ms: 0 }
  const server = await start()
  try {
    const mode = { full: false, seed: 1, maxRounds }
    const { status, reason, ms } = await runCase(name, server, repository, mode)
    return { name, status, ms, ...(reason !== undefined && { reason }) }
  } catch (error) {
    return { name, status: 'failed', reason: String(error), ms: 0 }
  } finally {
    await server.stop()
  }
}
