import { expect, test } from 'vitest'
import { documents, readDocument } from '../src/store-table.ts'

test.for(documents)(
  'the table in %s matches the capabilities (`npx -y pnpm@12 store-table` updates it)',
  async (name) => {
    const { actual, expected } = await readDocument(name)
    expect(actual).toBe(expected)
  },
)
