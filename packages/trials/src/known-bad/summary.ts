import type { KnownBadResult } from '@tokenward/conformance/known-bad'

/** Why the defect of a known-bad is none on a store, by its name. */
export type SameOnStore = Readonly<Record<string, string>>

export function summaryOf(
  store: string,
  results: readonly KnownBadResult[],
  same: SameOnStore,
): string {
  const ran = results.filter(({ ran }) => ran)
  const caught = ran.filter((result) => result.caught).length
  const left = results.filter((result) => !result.ran)
  const reasons = Map.groupBy(left, ({ reason }) => reason)
  const lines = [...reasons].map(
    ([reason, each]) => `  not run, ${reason}: ${each.map(({ name }) => name).join(', ')}`,
  )
  for (const { name } of ran.filter((result) => !result.caught && Object.hasOwn(same, result.name)))
    lines.push(`  no defect here, ${name}: ${same[name]}`)
  return [`${store}: ${caught} caught of ${ran.length} that could run`, ...lines].join('\n')
}

/** What was missed, and the reasons that are no longer true. */
export function problemsOf(
  store: string,
  results: readonly KnownBadResult[],
  same: SameOnStore,
): readonly string[] {
  return results.flatMap(({ name, ran, caught, caughtBy, reason }) => {
    const expected = Object.hasOwn(same, name)
    if (ran && !caught && !expected)
      return [`${store}: ${name} was not caught by ${caughtBy}: ${reason.slice(0, 300)}`]
    if (caught && expected) return [`${store}: ${name} is caught: remove its reason`]
    return []
  })
}
