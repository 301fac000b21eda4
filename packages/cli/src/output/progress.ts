/** ms: whoever waits longer wants to know that it goes on. */
const PAUSE = 2_000

/** Tells the latest count, and never more often than that. */
export function everySoOften(
  tell: (count: number) => void,
  clock: () => number = () => performance.now(),
): (count: number) => void {
  let told = clock()
  return (count) => {
    if (clock() - told < PAUSE) return
    told = clock()
    tell(count)
  }
}
