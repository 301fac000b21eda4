import type { ProgressDisplay } from '../io.ts'

const TERMINAL_PAUSE_MS = 100
const LOG_PAUSE_MS = 2_000
const BAR_WIDTH = 24

export interface ProgressOptions {
  readonly display: ProgressDisplay
  /** Of all; `null`: not known. */
  readonly total: number | null
  /** In ms, from any beginning. */
  readonly clock?: () => number
}

/** Shows a count that grows, with its rate, often enough to be seen and not more often. */
export function showProgress(options: ProgressOptions): (count: number) => void {
  const { display, total, clock = () => performance.now() } = options
  const pauseMs = display.isTerminal ? TERMINAL_PAUSE_MS : LOG_PAUSE_MS
  const started = clock()
  let shown = started
  return (count) => {
    const now = clock()
    if (now - shown < pauseMs) return
    shown = now
    const perSecond = Math.round((count * 1_000) / Math.max(now - started, 1))
    display.show(progressLine(count, total, perSecond, display.isTerminal))
  }
}

function progressLine(
  count: number,
  total: number | null,
  perSecond: number,
  hasBar: boolean,
): string {
  if (total === null || total === 0) return `${count} deleted, ${perSecond}/s`
  // More may become due while it runs.
  const share = Math.min(count / total, 1)
  const done = `${count} of ${Math.max(count, total)} deleted, ${perSecond}/s`
  if (!hasBar) return `${Math.floor(share * 100)} %: ${done}`
  const bar = '#'.repeat(Math.floor(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '-')
  return `[${bar}] ${String(Math.floor(share * 100)).padStart(3)} %  ${done}`
}
