import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { adaptersOf } from '../src/conformance-report.ts'
import { readme, storeTable, withStoreTable } from '../src/store-table.ts'
import { listPackages } from '../src/workspace-packages.ts'

test('the table of stores says what the adapters claim: `npx -y pnpm@12 store-table` puts it right', () => {
  const document = readFileSync(readme, 'utf8')
  expect(document).toBe(withStoreTable(document))
})

test('no adapter is left out', () => {
  for (const adapter of adaptersOf(listPackages())) {
    expect(storeTable()).toContain(`(packages/${adapter})`)
  }
})
