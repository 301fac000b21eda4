import { expect, test } from 'vitest'
import { documents, readDocument, unlistedAdapters } from '../src/store-table.ts'
import { listPackages } from '../src/workspace-packages.ts'

test('an adapter that the table would leave out is reported', () => {
  expect(unlistedAdapters(listPackages())).toEqual([])
  const [first, ...others] = listPackages().filter(({ isAdapter }) => isAdapter)
  if (first === undefined) throw new Error('There are no adapters.')
  expect(unlistedAdapters([{ ...first, folder: 'etcd' }, ...others])).toEqual(['etcd'])
})

test.for(documents)(
  'the table in %s matches the capabilities (`npx -y pnpm@12 store-table` updates it)',
  async (name) => {
    const { actual, expected } = await readDocument(name)
    expect(actual).toBe(expected)
  },
)
