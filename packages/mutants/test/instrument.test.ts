import { expect, test } from 'vitest'
import { instrumentText } from '../src/core/instrument.ts'

const source = `
export function check(a: number, b: number): boolean {
  if (a < b) throw new RangeError('a must not be less than b')
  if (a < b) return false
  return a === b
}
`

test('equal changes of one file have keys of their own', async () => {
  const { mutants } = await instrumentText('check.ts', source)
  const keys = mutants.map(({ key }) => key)
  expect(keys).toContain('a < b → a <= b')
  expect(keys).toContain('a < b → a <= b (2)')
  expect(new Set(keys).size).toBe(keys.length)
})

test('a mutant has its lines, its text and the id that chooses it', async () => {
  const { code, mutants } = await instrumentText('check.ts', source)
  const turned = mutants.find(({ key }) => key === 'a === b → a !== b')
  expect(turned).toMatchObject({ line: 5, endLine: 5, original: 'a === b', replacement: 'a !== b' })
  expect(code).toContain(`stryMutAct_9fa48("${turned?.id}")`)
  expect(turned?.id).toMatch(/^check\.ts:\d+$/)
})

test('messages are not changed', async () => {
  const { mutants } = await instrumentText('check.ts', source)
  expect(mutants.filter(({ original }) => original.startsWith("'a must"))).toEqual([])
})
