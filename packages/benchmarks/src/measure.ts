import { cpus } from 'node:os'

/** How many rounds count, after one that warms up. */
const ROUNDS = 5
/** Of so many operations the latency of one is measured: to look at the clock costs time too. */
const SAMPLE = 8

/** @param index how often the operation was started before */
export type Operation = (index: number) => Promise<unknown>

export interface Contestant {
  readonly run: Operation
  /** In each round. */
  readonly count: number
}

/** Medians of the rounds, in µs; of `server` the mean. */
export interface Measured {
  /** CPU time of this process for each operation: no other process on the machine changes it much. */
  readonly cpu: number
  /** Time by the clock for each operation. */
  readonly wall: number
  readonly p50: number
  readonly p99: number
  /** CPU time of the server for each operation; `NaN`: not known. */
  readonly server: number
}

export interface Measurement<Name extends string> {
  readonly measured: Readonly<Record<Name, Measured>>
  /** The part of the machine that other processes used meanwhile, the server of the store among them: 0 to 1. */
  readonly foreignLoad: number
}

export interface MeasureOptions {
  /** Each contestant runs the Nth part of its operations. */
  readonly part?: number | undefined
  /** The CPU time that the server has used until now, in µs. */
  readonly serverCpu?: (() => Promise<number>) | undefined
}

/**
 * Runs each contestant a fixed number of times, with `concurrency` operations in flight. The contestants take turns
 * in each round, so a slow phase of the machine affects all of them.
 */
export async function measure<Name extends string>(
  contestants: Readonly<Record<Name, Contestant>>,
  concurrency: number,
  { part = 1, serverCpu = async () => Number.NaN }: MeasureOptions = {},
): Promise<Measurement<Name>> {
  const names = Object.keys(contestants) as Name[]
  const rounds = new Map<Name, Measured[]>(names.map((name) => [name, []]))
  const started = new Map<Name, number>()
  const machine = machineTimes()
  const own = process.cpuUsage()
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of names) {
      const { run } = contestants[name]
      const count = Math.ceil(contestants[name].count / part)
      const first = started.get(name) ?? 0
      started.set(name, first + count)
      const server = await serverCpu()
      const result = await runRound(run, first, count, concurrency)
      const used = (await serverCpu()) - server
      if (round > 0) rounds.get(name)?.push({ ...result, server: used / count })
    }
  }
  const measured = names.map((name) => [name, medians(rounds.get(name) ?? [])] as const)
  return {
    measured: Object.fromEntries(measured) as Record<Name, Measured>,
    foreignLoad: foreignLoad(machine, machineTimes(), process.cpuUsage(own)),
  }
}

async function runRound(
  run: Operation,
  first: number,
  count: number,
  concurrency: number,
): Promise<Omit<Measured, 'server'>> {
  const latencies: number[] = []
  let next = first
  const lane = async () => {
    while (next < first + count) {
      const index = next++
      if (index % SAMPLE !== 0) await run(index)
      else {
        const began = performance.now()
        await run(index)
        latencies.push((performance.now() - began) * 1_000)
      }
    }
  }
  const cpu = process.cpuUsage()
  const began = performance.now()
  await Promise.all(Array.from({ length: concurrency }, lane))
  const wall = (performance.now() - began) * 1_000
  const { user, system } = process.cpuUsage(cpu)
  const sorted = latencies.toSorted((a, b) => a - b)
  return {
    cpu: (user + system) / count,
    wall: wall / count,
    p50: quantile(sorted, 0.5),
    p99: quantile(sorted, 0.99),
  }
}

function medians(rounds: readonly Measured[]): Measured {
  const median = (field: keyof Measured) =>
    quantile(
      rounds.map((round) => round[field]).toSorted((a, b) => a - b),
      0.5,
    )
  // The mean: the server counts its time in large steps.
  const server = rounds.reduce((sum, round) => sum + round.server, 0) / rounds.length
  return {
    cpu: median('cpu'),
    wall: median('wall'),
    p50: median('p50'),
    p99: median('p99'),
    server,
  }
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN
}

interface MachineTimes {
  readonly busy: number
  readonly total: number
}

/** In ms, of all processors together. */
function machineTimes(): MachineTimes {
  let [busy, total] = [0, 0]
  for (const { times } of cpus()) {
    const all = Object.values(times).reduce((sum, time) => sum + time, 0)
    total += all
    busy += all - times.idle
  }
  return { busy, total }
}

function foreignLoad(before: MachineTimes, after: MachineTimes, own: NodeJS.CpuUsage): number {
  const foreign = after.busy - before.busy - (own.user + own.system) / 1_000
  return Math.min(Math.max(foreign / (after.total - before.total), 0), 1)
}
