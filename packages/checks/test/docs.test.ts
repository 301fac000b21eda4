import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import type { CodeBlock } from './support/code-blocks.ts'
import { documents, typescriptBlocks } from './support/code-blocks.ts'
import { linkPackages } from './support/link-packages.ts'
import { run } from './support/run.ts'
import { temporaryFolder } from './support/temporary-folder.ts'
import { typeCheck } from './support/type-check.ts'

const folder = temporaryFolder()
const blocks = documents().flatMap(typescriptBlocks)
let diagnostics: readonly string[]

/** Frameworks have declarations that do not pass, and the example on Nest has decorators of parameters. */
const SETTINGS = { skipLibCheck: true, experimentalDecorators: true }

/** Each example has its own folder, because some write files. */
function folderOf(block: CodeBlock): string {
  return join(folder, `example-${blocks.indexOf(block)}`)
}

beforeAll(async () => {
  linkPackages(folder)
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  for (const block of blocks) {
    mkdirSync(folderOf(block))
    writeFileSync(join(folderOf(block), 'example.ts'), block.code)
  }
  diagnostics = await typeCheck(folder, SETTINGS)
})

test('the documents have examples', () => {
  expect(blocks).not.toEqual([])
})

describe('every example type-checks', () => {
  test.for(blocks.map((block) => [block.place, block] as const))('%s', ([, block]) => {
    const prefix = `example-${blocks.indexOf(block)}/`
    // A diagnostic without a file concerns every example.
    const own = diagnostics.filter((line) => line.startsWith(prefix) || !/^example-\d/.test(line))
    expect(own).toEqual([])
  })
})

describe('every example runs', () => {
  const running = blocks.filter((block) => block.runs)
  test.for(running.map((block) => [block.place, block] as const))('%s', async ([, block]) => {
    const { exitCode, output } = await run(process.execPath, ['example.ts'], folderOf(block))
    expect(exitCode, output).toBe(0)
  })
})
