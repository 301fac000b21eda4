import type { ProgressDisplay } from '../io.ts'

const TERMINAL_INTERVAL_MS = 100
const LOG_INTERVAL_MS = 2_000
const BAR_WIDTH = 24

export interface ProgressOptions {
  readonly display: ProgressDisplay
  /** What happens to each record: `deleted`. */
  readonly action: string
  /** The expected count; `null`: unknown. */
  readonly total: number | null
  /** Whether a line is JSON where there is no terminal. @default false */
  readonly json?: boolean
  /** In ms, monotonic. @default performance.now */
  readonly clock?: () => number
}

/** Shows a growing count, and further counts by their names. */
export type Progress = (count: number, others?: Readonly<Record<string, number>>) => void

interface Status {
  readonly action: string
  readonly count: number
  readonly others: Readonly<Record<string, number>>
  readonly total: number | null
  readonly perSecond: number
  readonly elapsedMs: number
}

/** Returns a callback that shows a growing count, its rate and the time left, but not on every call. */
export function throttledProgress(options: ProgressOptions): Progress {
  const { display, action, total, json = false, clock = () => performance.now() } = options
  const intervalMs = display.isTerminal ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS
  const started = clock()
  let lastShown = started
  return (count, others = {}) => {
    const now = clock()
    if (now - lastShown < intervalMs) return
    lastShown = now
    const elapsedMs = Math.max(now - started, 1)
    const perSecond = Math.round((count * 1_000) / elapsedMs)
    const status = { action, count, others, total: total || null, perSecond, elapsedMs }
    const isJson = json && !display.isTerminal
    display.show(isJson ? jsonLine(status) : textLine(status, display.isTerminal))
  }
}

function textLine(status: Status, hasBar: boolean): string {
  const { action, count, others, total, perSecond, elapsedMs } = status
  const more = Object.entries(others).map(([name, each]) => `${each} ${name}`)
  if (total === null) {
    return [`${count} ${action}`, `${perSecond}/s`, formatSpan(elapsedMs), ...more].join(', ')
  }
  // There may be more records than were counted before.
  const share = Math.min(count / total, 1)
  const percent = Math.floor(share * 100)
  const done = [
    `${count} of ${Math.max(count, total)} ${action}`,
    `${perSecond}/s`,
    ...timeLeft(status),
    ...more, // Last, because a narrow terminal truncates the line.
  ].join(', ')
  if (!hasBar) return `${percent} %: ${done}`
  const bar = '#'.repeat(Math.floor(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '-')
  return `[${bar}] ${String(percent).padStart(3)} %  ${done}`
}

function timeLeft(status: Status): readonly string[] {
  const ms = msLeft(status)
  return ms === null ? [] : [`${formatSpan(ms)} left`]
}

/** `null`: unknown. By the mean rate up to now. */
function msLeft({ count, total, elapsedMs }: Status): number | null {
  if (total === null || count === 0) return null
  return (Math.max(total - count, 0) * elapsedMs) / count
}

function jsonLine(status: Status): string {
  const { action, count, others, total, perSecond, elapsedMs } = status
  const left = msLeft(status)
  return JSON.stringify({
    [action]: count,
    ...others,
    ...(total !== null && { total }),
    perSecond,
    elapsed: Math.round(elapsedMs),
    ...(left !== null && { left: Math.round(left) }),
  })
}

/** `8s`, `2m05s`, `1h04m`; seconds are rounded up. */
export function formatSpan(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  const minutes = Math.floor(seconds / 60)
  if (minutes === 0) return `${seconds}s`
  const [whole, rest, units] =
    minutes < 60
      ? [minutes, seconds % 60, ['m', 's']]
      : [Math.floor(minutes / 60), minutes % 60, ['h', 'm']]
  return `${whole}${units[0]}${String(rest).padStart(2, '0')}${units[1]}`
}
