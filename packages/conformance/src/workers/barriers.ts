/** Counts the arrivals at each barrier, and opens it when the last one is there. */
export class Barriers<Worker> {
  readonly #arrived = new Map<string, Worker[]>()
  readonly #pass: (barrier: string, workers: readonly Worker[]) => void

  constructor(pass: (barrier: string, workers: readonly Worker[]) => void) {
    this.#pass = pass
  }

  /** @param awaited how many arrivals there must be; one worker may arrive several times */
  arrive(barrier: string, worker: Worker, awaited: number): void {
    const arrived = [...(this.#arrived.get(barrier) ?? []), worker]
    if (arrived.length < awaited) {
      this.#arrived.set(barrier, arrived)
      return
    }
    // First, so that a worker that passes may return to a barrier of the same name.
    this.#arrived.delete(barrier)
    this.#pass(barrier, [...new Set(arrived)])
  }
}
