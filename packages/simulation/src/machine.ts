interface Timer {
  readonly due: number
  readonly task: () => void
}

/** One process with an instance: its clocks, its timers, its calls to the store. */
export class Machine {
  readonly name: string
  /** ms since 1970, by this machine's clock. */
  clock: number
  /** ms; the value of `performance.now()` here. */
  monotonic = 0
  /** How often the schedule lets it continue. */
  weight = 1
  /** How many calls of the store it waits for. */
  calls = 0
  /** Operations that it has not answered. */
  readonly running: string[] = []
  readonly #timers = new Set<Timer>()

  constructor(name: string, clock: number) {
    this.name = name
    this.clock = clock
  }

  /** Nothing happens here until a call is answered or time passes. */
  get waits(): boolean {
    return this.running.length === 0 || this.calls > 0 || this.#timers.size > 0
  }

  schedule(task: () => void, ms: number): object {
    const timer = { due: this.monotonic + Math.max(ms, 0), task }
    this.#timers.add(timer)
    return timer
  }

  cancel(handle: unknown): void {
    this.#timers.delete(handle as Timer)
  }

  /** ms until the next timer; `null`: none is set. */
  get nextTimer(): number | null {
    let next: number | null = null
    for (const { due } of this.#timers) next = Math.min(next ?? due, due)
    return next === null ? null : Math.max(next - this.monotonic, 0)
  }

  /** Fires the timers that became due. */
  elapse(ms: number): void {
    this.monotonic += ms
    const due = [...this.#timers].filter((timer) => timer.due <= this.monotonic)
    for (const timer of due.sort((a, b) => a.due - b.due)) {
      if (this.#timers.delete(timer)) timer.task()
    }
  }
}
