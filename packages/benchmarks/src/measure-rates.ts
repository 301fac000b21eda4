const ROUNDS = 5
const ROUND_MS = 600

/** @param index how often the operation was started before */
export type Operation = (index: number) => Promise<unknown>

/**
 * Measures how often per second each operation completes, with `concurrency` of them in flight. Returns
 * the medians of several rounds. The operations take turns in each round, so a slow phase of the machine
 * affects all of them.
 */
export async function measureRates<Name extends string>(
  operations: Readonly<Record<Name, Operation>>,
  concurrency: number,
): Promise<Record<Name, number>> {
  const measured = Object.entries<Operation>(operations).map(([name, operation]) => ({
    name,
    run: withIndex(operation),
    rates: [] as number[],
  }))
  for (let round = 0; round <= ROUNDS; round++) {
    for (const { run, rates } of measured) {
      const rate = await rateOf(run, concurrency)
      // The first round warms up.
      if (round > 0) rates.push(rate)
    }
  }
  return Object.fromEntries(measured.map(({ name, rates }) => [name, median(rates)])) as Record<
    Name,
    number
  >
}

function withIndex(operation: Operation): () => Promise<unknown> {
  let index = 0
  return () => operation(index++)
}

async function rateOf(run: () => Promise<unknown>, concurrency: number): Promise<number> {
  const startedAt = performance.now()
  let completed = 0
  const loops = Array.from({ length: concurrency }, async () => {
    for (; performance.now() < startedAt + ROUND_MS; completed++) await run()
  })
  await Promise.all(loops)
  return (completed * 1000) / (performance.now() - startedAt)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
