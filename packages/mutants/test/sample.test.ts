import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

/** A run of Vitest inside of a test would take the settings of the outer one from the environment. */
function environment(reports: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST'))
  return { ...Object.fromEntries(own), TOKENWARD_REPORTS: reports }
}

test('a sample is judged: killed, an endless loop ended, survived, not covered', async () => {
  const reports = mkdtempSync(join(tmpdir(), 'mutants-'))
  try {
    const main = join(import.meta.dirname, 'sample/main.ts')
    const run = () => promisify(execFile)(process.execPath, [main], { env: environment(reports) })
    const [, results = ''] = /^RESULTS (.*)$/m.exec((await run()).stdout) ?? []
    expect(Object.fromEntries(JSON.parse(results))).toMatchObject({
      '{ return value <= limit } → {}': 'killed',
      'value <= limit → value > limit': 'killed',
      'value <= limit → value < limit': 'survived',
      'power <= above → power < above': 'survived',
      // Without the limit of hits it never ends.
      'power *= 2 → power /= 2': 'killed',
      'name.length > 0 → true': 'not-covered',
    })
    // Everything is known: no test runs again.
    const again = await run()
    expect(again.stdout).toContain(results)
    expect(again.stdout).not.toContain('unit: tests')
  } finally {
    rmSync(reports, { recursive: true })
  }
})
