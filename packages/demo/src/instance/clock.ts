/** The machine's clock, which the story may move forward where a reader should not have to wait. */
export class MovableClock {
  #ahead = 0

  readonly now = (): number => Date.now() + this.#ahead

  forward(ms: number): void {
    this.#ahead += ms
  }
}
