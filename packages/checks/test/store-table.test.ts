import { expect, test } from 'vitest'
import { adaptersOf } from '../src/conformance-report.ts'
import { documents, readDocument, storeTable } from '../src/store-table.ts'
import { listPackages } from '../src/workspace-packages.ts'

test.for(documents)(
  'the stores in %s are what the adapters claim: `npx -y pnpm@12 store-table` puts it right',
  (name) => {
    const { is, shouldBe } = readDocument(name)
    expect(is).toBe(shouldBe)
  },
)

test('no adapter is left out', () => {
  for (const adapter of adaptersOf(listPackages())) {
    expect(storeTable('packages')).toContain(`(packages/${adapter})`)
  }
})
