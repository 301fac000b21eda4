import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { typescriptBlocks } from './support/code-blocks.ts'
import { linkPackages } from './support/link-packages.ts'
import { run } from './support/run.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

// The other examples are programs, which docs.test.ts runs.
test('the examples for Vitest pass in Vitest', async () => {
  const folder = temporaryFolder()
  const examples = typescriptBlocks('docs/testing-your-application.md').filter(({ code }) =>
    code.includes("from 'vitest'"),
  )
  expect(examples).not.toEqual([])
  linkPackages(folder)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  for (const [i, { code }] of examples.entries()) {
    writeFileSync(join(folder, `example-${i}.test.ts`), code)
  }
  const vitest = join(folder, 'node_modules/vitest/vitest.mjs')
  // The limit of 5 s, which is the default, needs a quiet machine.
  const args = [vitest, 'run', '--root', '.', '--testTimeout', '120000']
  const { exitCode, output } = await run(process.execPath, args, folder)
  expect(exitCode, output).toBe(0)
  expect(output).toContain(`${examples.length} passed`)
})
