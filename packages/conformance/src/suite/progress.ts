/** Reports the progress of a long run: an hour without output looks like a hang. */
export class Progress {
  readonly #cases: number
  readonly #everyMs: number
  readonly #tell: (line: string) => void
  #timer: NodeJS.Timeout | undefined
  #taken = 0
  #name = ''
  #since = 0

  constructor(cases: number, everyMs: number, tell: (line: string) => void = toStandardError) {
    this.#cases = cases
    this.#everyMs = everyMs
    this.#tell = tell
  }

  /** A case begins; with the first one, the run does. */
  begins(name: string): void {
    this.#timer ??= setInterval(() => this.#tell(this.#line()), this.#everyMs).unref()
    this.#taken++
    this.#name = name
    this.#since = performance.now()
  }

  end(): void {
    clearInterval(this.#timer)
  }

  #line(): string {
    const seconds = Math.round((performance.now() - this.#since) / 1_000)
    return `conformance: ${this.#name} since ${seconds} s (case ${this.#taken} of ${this.#cases})`
  }
}

function toStandardError(line: string): void {
  process.stderr.write(`${line}\n`)
}
