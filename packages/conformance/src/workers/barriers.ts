/** Counts who has arrived where, and lets all pass when the last one is there. */
export class Barriers<Member> {
  readonly #arrived = new Map<string, Member[]>()
  readonly #pass: (barrier: string, members: readonly Member[]) => void

  constructor(pass: (barrier: string, members: readonly Member[]) => void) {
    this.#pass = pass
  }

  /** @param awaited how many arrivals there must be; one member may arrive several times */
  arrive(barrier: string, member: Member, awaited: number): void {
    const arrived = [...(this.#arrived.get(barrier) ?? []), member]
    if (arrived.length < awaited) {
      this.#arrived.set(barrier, arrived)
      return
    }
    // First, so that whoever passes may come back to a barrier of the same name.
    this.#arrived.delete(barrier)
    this.#pass(barrier, [...new Set(arrived)])
  }
}
