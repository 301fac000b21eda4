import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { adapterNames } from '../src/adapters.ts'
import { mergeReports } from '../src/conformance-report.ts'
import { installedVersion, runBuilt, runSuite } from '../src/node22/suites.ts'
import { packagesFolder } from '../src/paths.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

/** `pnpm test:node22` runs all cases. */
const SAMPLE = 12
const reports = temporaryFolder()
const sources = pathToFileURL(join(packagesFolder, 'memory/src/index.ts'))

test('the scripts of the repository run on the pinned version of Node, not on Node 22', () => {
  expect(process.version).toBe(`v${installedVersion('node')}`)
  expect(process.version).not.toBe(`v${installedVersion('node22')}`)
})

test('the runner uses Node 22 and loads the built packages', async () => {
  const look = `
    const { memory } = await import('${sources}')
    console.log(process.version, memory().name, import.meta.resolve('${sources}'))
  `
  const { output } = await runBuilt(['--input-type=module', '--eval', look])
  const built = `${pathToFileURL(join(packagesFolder, 'memory/dist/index.js'))}`
  expect(output).toContain(`v${installedVersion('node22')} memory ${built}`)
  expect(installedVersion('node22')).toMatch(/^22\./)
})

test.concurrent.for(adapterNames)(
  '%s passes a sample of the suite under Node 22',
  { timeout: 1_800_000 },
  async (name, { signal, expect }) => {
    const { exitCode, output } = await runSuite(name, reports, { sample: SAMPLE, signal })
    const { runs } = mergeReports(reports, [name])
    const cases = runs.find(({ adapter }) => adapter === name)?.cases ?? []
    const withStatus = (status: string) => cases.filter((each) => each.status === status)
    expect(withStatus('failed').map(({ name, reason }) => `${name}: ${reason}`)).toEqual([])
    expect(exitCode, output).toBe(0)
    console.log(`${name}: ${withStatus('passed').length} of ${cases.length} cases passed`)
    expect(withStatus('passed').length).toBeGreaterThan(4)
  },
)
