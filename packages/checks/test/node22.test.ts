import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { adaptersOf, mergeReports } from '../src/conformance-report.ts'
import { installedVersion, runBuilt, runSuite } from '../src/node22/suites.ts'
import { packagesFolder } from '../src/paths.ts'
import { listPackages } from '../src/workspace-packages.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const reports = temporaryFolder()
const sources = pathToFileURL(join(packagesFolder, 'memory/src/index.ts'))

test('the scripts of the repository run on the Node that is pinned, and not on the other', () => {
  expect(process.version).toBe(`v${installedVersion('node')}`)
  expect(process.version).not.toBe(`v${installedVersion('node22')}`)
})

test('what runs is Node 22, and what it loads was built', async () => {
  const look = `
    const { memory } = await import('${sources}')
    console.log(process.version, memory().name, import.meta.resolve('${sources}'))
  `
  const { output } = await runBuilt(['--input-type=module', '--eval', look])
  const built = `${pathToFileURL(join(packagesFolder, 'memory/dist/index.js'))}`
  expect(output).toContain(`v${installedVersion('node22')} memory ${built}`)
  expect(installedVersion('node22')).toMatch(/^22\./)
})

// The last and the longest of a whole run: two side by side, as packages are before.
test.concurrent.for(adaptersOf(listPackages()))(
  '%s keeps its promises',
  { timeout: 1_800_000 },
  async (name, { signal, expect }) => {
    const { exitCode, output } = await runSuite(name, reports, { once: true, signal })
    const { runs } = mergeReports(reports, [name])
    const cases = runs.find(({ adapter }) => adapter === name)?.cases ?? []
    const having = (status: string) => cases.filter((each) => each.status === status)
    expect(having('failed').map(({ name, reason }) => `${name}: ${reason}`)).toEqual([])
    expect(exitCode, output).toBe(0)
    console.log(`${name}: ${having('passed').length} of ${cases.length} cases passed`)
    expect(having('passed').length).toBeGreaterThan(40)
  },
)
