import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repositoryRoot } from '../src/paths.ts'
import { run } from './support/run.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

/** Code that breaks each rule that the repository relies on: a misspelled rule would find nothing. */
const violations = {
  noImportCycles: "import { b } from './other.ts'\nexport const a: number = b\n",
  noNodejsModules: "import { hash } from 'node:crypto'\nexport const a: typeof hash = hash\n",
  noRestrictedImports: "import { memory } from '@tokenward/memory'\nexport { memory }\n",
  noUndeclaredDependencies: "import { test } from 'vitest'\nexport { test }\n",
  noExcessiveLinesPerFile: 'export const a = 1\n'.repeat(201),
  useImportExtensions: "import { b } from './other'\nexport const a: number = b\n",
}

describe('the linter finds', () => {
  test.for(Object.entries(violations))('%s', async ([rule, code]) => {
    const folder = temporaryFolder()
    const source = join(folder, 'packages/core/src')
    mkdirSync(source, { recursive: true })
    cpSync(join(repositoryRoot, '.biome.json'), join(folder, '.biome.json'))
    cpSync(join(repositoryRoot, '.gitignore'), join(folder, '.gitignore'))
    cpSync(
      join(repositoryRoot, 'packages/core/package.json'),
      join(folder, 'packages/core/package.json'),
    )
    writeFileSync(join(source, 'violation.ts'), code)
    writeFileSync(join(source, 'other.ts'), "import './violation.ts'\nexport const b = 1\n")
    const { output, exitCode } = await run('biome', ['lint', '--colors=off'], folder)
    expect(exitCode).not.toBe(0)
    expect(output).toMatch(new RegExp(`violation\\.ts.* lint/\\w+/${rule}`))
  })
})
