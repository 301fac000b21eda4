import { ANYTHING_ELSE, type Etag, type Operation } from './operation.ts'
import type { HistorySegment } from './search.ts'

const MOST = 40
const WIDEST = 48

/**
 * Operations one below the other, over time: an operation left of another had ended before that began.
 * Columns show the order only, not the time: each is a beginning or an end.
 */
export function timeline({ initial, operations }: HistorySegment): string {
  const shown = operations.slice(-MOST)
  const name = naming([...initial, ...shown.flatMap(({ etag, expected }) => [etag, expected])])
  const column = columnsOf(shown)
  const who = Math.max(...shown.map(({ process }) => process.length), 0)
  const left = operations.length - shown.length
  return [
    `  at first: ${initial.includes(ANYTHING_ELSE) ? 'any' : initial.map(name).join(' or ')}`,
    ...(left > 0 ? [`  (${left} earlier operations are left out)`] : []),
    ...shown.map((operation) => {
      const bar = barOf(operation, column).padEnd(column.count)
      return `  ${operation.process.padEnd(who)} ${bar} ${tell(operation, name)}`
    }),
  ].join('\n')
}

type Name = (etag: Etag) => string

function tell({ op, expected, etag, outcome }: Operation, name: Name): string {
  if (op === 'read') return `read: ${name(etag)}`
  const answer = { ok: 'true', fail: 'false', indeterminate: 'no answer' }[outcome]
  return `write ${name(expected)} -> ${name(etag)}: ${answer}`
}

interface Columns {
  (instant: number): number
  readonly count: number
}

function columnsOf(operations: readonly Operation[]): Columns {
  const ends = operations.flatMap((operation) => operation.return ?? [])
  const instants = [...new Set([...operations.map(({ invoke }) => invoke), ...ends])]
  const ranks = new Map(instants.sort((a, b) => a - b).map((instant, rank) => [instant, rank]))
  const scale = Math.min(1, WIDEST / ranks.size)
  const at = (instant: number) => Math.floor((ranks.get(instant) ?? 0) * scale)
  return Object.assign(at, { count: Math.ceil(ranks.size * scale) + 1 })
}

function barOf(operation: Operation, column: Columns): string {
  const from = column(operation.invoke)
  if (operation.return === null) return `${' '.repeat(from)}|${'.'.repeat(column.count - from - 1)}`
  const inside = column(operation.return) - from - 1
  return `${' '.repeat(from)}|${inside < 0 ? '' : `${'-'.repeat(inside)}|`}`
}

/** Etags are long and random: shortened to as few letters as distinguish them. */
function naming(etags: readonly Etag[]): Name {
  const all = [...new Set(etags)].filter((etag) => etag !== null)
  let length = 6
  while (new Set(all.map((etag) => etag.slice(0, length))).size < all.length) length++
  return (etag) => (etag === null ? 'nothing' : etag.slice(0, length))
}
