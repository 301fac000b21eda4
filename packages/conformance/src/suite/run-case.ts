import { cases } from '../cases/all.ts'
import { setStage } from '../harness/environment.ts'
import type { ServerHandle } from '../harness/server-handle.ts'
import type { Entry } from './case.ts'
import { judge, type Mode, type Outcome } from './result.ts'

/**
 * One case on one server, without a test runner. The server is the caller's, to stop or to use again.
 * @param repository the module that `conformance` takes
 * @throws RangeError there is no such case
 */
export async function runCase(
  name: string,
  server: ServerHandle,
  repository: URL,
  mode: Mode = { full: false, seed: 1 },
): Promise<Outcome> {
  const entry = caseNamed(name)
  const stage = await setStage(server, repository)
  try {
    return (await judge(entry, stage, mode)).outcome
  } finally {
    stage.stray.stop()
  }
}

export function caseNamed(name: string): Entry {
  const entry = cases.find((each) => each.name === name)
  if (entry) return entry
  throw new RangeError(`There is no case ${name}; \`cases\` lists them.`)
}
