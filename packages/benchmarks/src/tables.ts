import type { Measured, Measurement } from './measure.ts'

/** What each contestant is compared with: `a` costs so many times what `b` costs, in CPU time of this process. */
const PAIRS: readonly (readonly [contestant: string, reference: string])[] = [
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

export function printTables(
  concurrency: number,
  { measured, foreignLoad }: Measurement<string>,
): void {
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
  for (const sentence of ratios(measured)) console.log(sentence)
}

/** Ratios in words: `verify` runs 1.2 times as often as `get`, for the same CPU time. */
function ratios(measured: Readonly<Record<string, Measured>>): string[] {
  return PAIRS.flatMap(([name, reference]) => {
    const [one, other] = [measured[name], measured[reference]]
    if (one === undefined || other === undefined) return []
    const cpu = (other.cpu / one.cpu).toFixed(2)
    const wall = (other.wall / one.wall).toFixed(2)
    return [
      `For the CPU time of one \`${reference}\`, \`${name}\` runs ${cpu} times (by the clock: ${wall}).`,
    ]
  })
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}
