/** Rounds of each work, and how long one lasts, ms. */
const [ROUNDS, ROUND] = [5, 600]

/** Done again and again; the number says how often it was done before. */
export type Work = (before: number) => Promise<unknown>

/**
 * How often a second each is done, so many at a time: the median of rounds that take turns, so that
 * a machine that is slow for a while is slow for all.
 */
export async function ratesOf<Name extends string>(
  works: Readonly<Record<Name, Work>>,
  inFlight: number,
): Promise<Record<Name, number>> {
  const named = Object.entries<Work>(works).map(([name, work]) => ({
    name,
    done: counted(work),
    rates: [] as number[],
  }))
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { done, rates } of named) {
      const rate = await rateOf(done, inFlight)
      if (round > 0) rates.push(rate) // The first one is to warm up.
    }
  }
  return Object.fromEntries(named.map(({ name, rates }) => [name, median(rates)])) as Record<
    Name,
    number
  >
}

function counted(work: Work): () => Promise<unknown> {
  let before = 0
  return () => work(before++)
}

async function rateOf(work: () => Promise<unknown>, inFlight: number): Promise<number> {
  const began = performance.now()
  let done = 0
  const lanes = Array.from({ length: inFlight }, async () => {
    for (; performance.now() < began + ROUND; done++) await work()
  })
  await Promise.all(lanes)
  return (done * 1000) / (performance.now() - began)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
