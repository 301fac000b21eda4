const BAR_WIDTH = 30
const LINE_EVERY_MS = 30_000

/** A bar on a terminal; elsewhere a line now and then. */
export class Progress {
  readonly #what: string
  readonly #total: number
  #shownAt = 0

  constructor(what: string, total: number) {
    this.#what = what
    this.#total = total
  }

  show(done: number, note = ''): void {
    const part = Math.min(1, done / Math.max(1, this.#total))
    const bar = '█'.repeat(Math.round(BAR_WIDTH * part)).padEnd(BAR_WIDTH, '░')
    const line = `${this.#what} ${bar} ${done} of ${this.#total} ${note}`
    if (process.stdout.isTTY) process.stdout.write(`\r${line}\u001b[K`)
    else if (performance.now() - this.#shownAt > LINE_EVERY_MS) {
      this.#shownAt = performance.now()
      console.log(line)
    }
  }

  end(): void {
    if (process.stdout.isTTY) process.stdout.write('\n')
  }
}
