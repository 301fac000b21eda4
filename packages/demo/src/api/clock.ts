/** The machine's clock, which the demo can move forward instead of waiting. */
export class MovableClock {
  #offsetMs = 0

  readonly now = (): number => Date.now() + this.#offsetMs

  forward(ms: number): void {
    this.#offsetMs += ms
  }
}
