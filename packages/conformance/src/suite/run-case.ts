import { cases } from '../cases/all.ts'
import { createEnvironment } from '../harness/environment.ts'
import type { ServerHandle } from '../harness/server-handle.ts'
import type { SuiteEntry } from './case.ts'
import { type CaseResult, type RunMode, runCaseOn } from './result.ts'

/**
 * Runs one case on one server, without a test runner. The caller stops the server.
 * @param repository the module that `conformance` takes
 * @throws RangeError there is no such case
 */
export async function runCase(
  name: string,
  server: ServerHandle,
  repository: URL,
  mode: RunMode = { full: false, seed: 1 },
): Promise<CaseResult> {
  const entry = caseNamed(name)
  const environment = await createEnvironment(server, repository)
  try {
    return (await runCaseOn(entry, environment, mode)).result
  } finally {
    environment.unhandled.stop()
  }
}

export function caseNamed(name: string): SuiteEntry {
  const entry = cases.find((each) => each.name === name)
  if (entry) return entry
  throw new RangeError(`There is no case ${name}; \`cases\` lists them.`)
}
