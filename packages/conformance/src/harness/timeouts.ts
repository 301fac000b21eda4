import { readFileSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'

/** The countdown uses steps of this length. */
const STEP_MS = 25
/** A timeout ends at last, however busy the machine is. */
const MOST_BUSY = 20
/** So many processes on one core hold each other up for a few ms only. */
const SHARERS_WITHOUT_DELAY = 4

interface Waiting {
  left: number
  readonly controller: AbortController
}

const waiting = new Set<Waiting>()
let timer: NodeJS.Timeout | undefined

/**
 * A timeout that takes the load of the machine into account. It counts steps of a timer, so a blocked
 * process counts none; and a step counts less, the more processes share the cores: if four processes run
 * on two cores, each gets half the time.
 */
export function fairTimeout(ms: number): AbortSignal {
  const controller = new AbortController()
  // One more step, because the first one has begun already.
  waiting.add({ left: ms + STEP_MS, controller })
  timer ??= setInterval(step, STEP_MS).unref()
  return controller.signal
}

function step(): void {
  const counted = STEP_MS / Math.min(Math.max(sharers(), 1), MOST_BUSY)
  for (const each of waiting) {
    each.left -= counted
    if (each.left > 0) continue
    waiting.delete(each)
    each.controller.abort(new DOMException('The operation took too long', 'TimeoutError'))
  }
  if (waiting.size > 0) return
  clearInterval(timer)
  timer = undefined
}

/**
 * How many processes want to run on each core now; where the system does not report that, the recent
 * average.
 */
function sharers(): number {
  return runnable() / availableParallelism()
}

function runnable(): number {
  try {
    // "0.20 0.18 0.12 3/512 26103": three are runnable.
    return Number(/ (\d+)\//.exec(readFileSync('/proc/loadavg', 'utf8'))?.[1] ?? 1)
  } catch {
    return loadavg()[0] ?? 1
  }
}

/**
 * How many times longer than on an idle machine a process may be held up: 1 unless many processes share
 * each core, now or in the last minute.
 */
export function holdUp(): number {
  const most = Math.max(sharers(), (loadavg()[0] ?? 0) / availableParallelism())
  return Math.min(Math.max(most / SHARERS_WITHOUT_DELAY, 1), MOST_BUSY)
}

/** A deadline that every healthy store meets, however busy the machine is. */
export function deadline(): AbortSignal {
  return fairTimeout(20_000)
}
