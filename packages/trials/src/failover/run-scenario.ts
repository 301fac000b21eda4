import { type CaseResult, runCase } from '@tokenward/conformance'
import { measureWrongAccepts, type WrongAccepts } from './deposed.ts'
import type { FailoverGroup, Scenario } from './group.ts'
import { Instances, type Open } from './instances.ts'
import { type Losses, measureLosses } from './losses.ts'

export interface Report {
  readonly scenario: Pick<Scenario, 'title' | 'keepsWrites' | 'isFenced'>
  /** The name and version of the server. */
  readonly server: string
  /** The primary is killed under load. */
  readonly killed: Losses
  /** The same, after the replicas have received nothing for 300 ms. */
  readonly behind?: Losses
  readonly deposed: WrongAccepts
  readonly cases: readonly CaseResult[]
}

const CASES = ['failover', 'deposed-primary']
const MODE = { full: false, seed: 1 }

/** Measures the store, then runs the cases of the suite on it. */
export async function runScenario(
  scenario: Scenario,
  print: (line: string) => void,
): Promise<Report> {
  const { title, keepsWrites, isFenced, repository } = scenario
  const { default: open } = (await import(repository.href)) as { default: Open }
  const group = await scenario.start()
  try {
    const { name, version } = group.handle.server
    print(`${name} ${version}`)
    const killed = await withInstances(group, open, (each) => measureLosses(group, each, false))
    print(`killed: ${JSON.stringify(killed)}`)
    const behind =
      group.hold && (await withInstances(group, open, (each) => measureLosses(group, each, true)))
    if (behind) print(`replicas behind: ${JSON.stringify(behind)}`)
    const cases: CaseResult[] = []
    for (const each of CASES) {
      const result = await runCase(each, group.handle, repository, MODE)
      print(`${each}: ${result.status} ${result.reason ?? ''}`)
      cases.push(result)
    }
    const deposed = await withInstances(group, open, (each) => measureWrongAccepts(group, each))
    print(`deposed: ${JSON.stringify(deposed)}`)
    const facts = { scenario: { title, keepsWrites, isFenced }, server: `${name} ${version}` }
    return { ...facts, killed, ...(behind && { behind }), deposed, cases }
  } finally {
    await group.handle.stop()
  }
}

async function withInstances<T>(
  { handle }: FailoverGroup,
  open: Open,
  measure: (instances: Instances) => Promise<T>,
): Promise<T> {
  const instances = await Instances.prepare(open, handle.url)
  try {
    return await measure(instances)
  } finally {
    await instances.close()
  }
}
