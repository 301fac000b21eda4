import type { Measurement } from './measure.ts'

type Pair = readonly [contestant: string, reference: string]

/** What each contestant is compared with, in CPU time of this process. */
export const PAIRS: readonly Pair[] = [
  ['verify', 'get'],
  ['verify', 'get, auto-pipelined'],
  ['verify', 'get by Keyv'],
  ['verify', 'jose.jwtVerify + get'],
  ['verify', 'fast-jwt with its cache + get'],
  ['verify', 'better-auth getSession'],
  ['verify, lease of 250 ms', 'get'],
  ['verify, lease of 250 ms', 'get, auto-pipelined'],
  ['revoke', 'insert'],
  ['rotate', 'jose + update + insert'],
]

/** The same for applications with a guard, in CPU time of their process. */
export const GUARDS: readonly Pair[] = [
  ['Fastify, guard on memory', 'Fastify'],
  ['Fastify, guard on Redis', 'Fastify'],
  ['Fastify, guard on Redis', 'Fastify, @fastify/jwt + get'],
  ['Hono, guard on memory', 'Hono'],
  ['Hono, guard on Redis', 'Hono'],
  ['Express, guard on Redis', 'Express'],
  ['Express, guard on Redis', 'Express, express-oauth2-jwt-bearer + get'],
]

export function printTables(concurrency: number, measurement: Measurement<string>): void {
  printTable(concurrency, measurement)
  for (const sentence of ratios(measurement, PAIRS, 'cpu')) console.log(sentence)
}

export function printGuardTables(concurrency: number, measurement: Measurement<string>): void {
  printTable(concurrency, measurement)
  for (const sentence of ratios(measurement, GUARDS, 'server')) console.log(sentence)
}

function printTable(concurrency: number, { measured, foreignLoad }: Measurement<string>): void {
  const load = Math.round(100 * foreignLoad)
  console.log(
    `\n${concurrency} in flight; other processes used ${load} % of the machine, the server included`,
  )
  console.table(
    Object.entries(measured).map(([name, { cpu, wall, p50, p99, server }]) => ({
      name,
      'CPU, µs': round(cpu),
      'CPU of the server, µs': round(server),
      'time, µs': round(wall),
      'p50, µs': round(p50),
      'p99, µs': round(p99),
    })),
  )
}

/** Ratios in words: `verify` runs 1.2 times as often as `get`, for the same CPU time. */
function ratios(
  { measured }: Measurement<string>,
  pairs: readonly Pair[],
  field: 'cpu' | 'server',
): string[] {
  return pairs.flatMap(([name, reference]) => {
    const [one, other] = [measured[name], measured[reference]]
    if (one === undefined || other === undefined) return []
    const cpu = (other[field] / one[field]).toFixed(2)
    const wall = (other.wall / one.wall).toFixed(2)
    return [
      `For the CPU time of one \`${reference}\`, \`${name}\` runs ${cpu} times (by the clock: ${wall}).`,
    ]
  })
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}
