const BAR_WIDTH = 30
const INTERVAL_MS = 200

/** A bar with the rate and the time left on a terminal; elsewhere one line at the end. */
export class Progress {
  readonly #what: string
  readonly #total: number
  readonly #started = performance.now()
  #shownAt = 0
  #done = 0

  constructor(what: string, total: number) {
    this.#what = what
    this.#total = total
  }

  show(done: number): void {
    this.#done = done
    if (!process.stdout.isTTY || performance.now() - this.#shownAt < INTERVAL_MS) return
    this.#shownAt = performance.now()
    const full = Math.round((BAR_WIDTH * done) / this.#total)
    const bar = '█'.repeat(full).padEnd(BAR_WIDTH, '░')
    const left = Math.round((this.#total - done) / this.#rate)
    process.stdout.write(`\r${this.#what} ${bar} ${done} of ${this.#total}, ${left} s left `)
  }

  end(): void {
    const start = process.stdout.isTTY ? '\r' : ''
    console.log(`${start}${this.#what}: ${this.#done}, ${Math.round(this.#rate)} per second`)
  }

  get #rate(): number {
    return (this.#done * 1_000) / (performance.now() - this.#started)
  }
}
