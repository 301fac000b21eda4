import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cases } from '@tokenward/conformance'
import { type KnownBad, knownBad, uncatchableCases } from '@tokenward/conformance/known-bad'
import { packagesFolder } from '../paths.ts'

/** What the names of an entry mean. */
export interface Evidence {
  /** Names of conformance cases. */
  readonly cases: readonly string[]
  /** Names of known-bads. */
  readonly twins: readonly string[]
  /** `core: test/rotation.test.ts > reuse is found`. */
  readonly tests: readonly string[]
  /** Names of which there is neither a case, nor a known-bad, nor a test. */
  readonly unknown: readonly string[]
}

const caseNames: ReadonlySet<string> = new Set(cases.map(({ name }) => name))
const badByName: ReadonlyMap<string, KnownBad> = new Map(knownBad.map((bad) => [bad.name, bad]))
const badsByCase: ReadonlyMap<string, readonly KnownBad[]> = Map.groupBy(
  knownBad,
  ({ caughtBy }) => caughtBy,
)

/** Why nothing can be broken that this case would notice; missing for cases that a known-bad fails. */
export function uncaught(caseName: string): string | undefined {
  return uncatchableCases[caseName]
}

/**
 * A known-bad shows the promise, and the case that it names holds it. A case without one of its known-bads
 * beside it is shown by all of them.
 */
export function evidenceOf(names: readonly string[]): Evidence {
  const bads = names.flatMap((name) => badByName.get(name) ?? [])
  const named = names.filter((name) => caseNames.has(name))
  const tests = names.filter(isTest)
  const shown = new Set(bads.map(({ caughtBy }) => caughtBy))
  const others = named.filter((name) => !shown.has(name))
  const twins = [...bads, ...others.flatMap((name) => badsByCase.get(name) ?? [])]
  return {
    cases: [...new Set([...shown, ...named])],
    twins: twins.map(({ name }) => name),
    tests,
    unknown: names.filter(
      (name) => !badByName.has(name) && !caseNames.has(name) && !tests.includes(name),
    ),
  }
}

const TEST = /^(?<package>[\w-]+): (?<file>test\/[\w/.-]+\.test\.ts) > (?<title>.+)$/

/** Whether there is a test, or a group of tests, with this title in this file. */
function isTest(name: string): boolean {
  const { package: folder = '', file = '', title = '' } = TEST.exec(name)?.groups ?? {}
  const path = join(packagesFolder, folder, file)
  if (file === '' || !existsSync(path)) return false
  const code = readFileSync(path, 'utf8').replaceAll("\\'", "'")
  return [`'${title}'`, `\`${title}\``, `"${title}"`].some((quoted) => code.includes(quoted))
}
