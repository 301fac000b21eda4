import { expect, it } from 'vitest'
import { base } from '../src/images/base.ts'
import { postgres18 } from '../src/images/postgres-18.ts'
import { imageOf } from '../src/images/recipe.ts'

it('the tag of an image depends on its recipe and its parents', () => {
  const image = imageOf(postgres18)
  expect(image).toMatch(/^tokenward-testbed:postgres-18-[0-9a-f]{12}$/)
  expect(imageOf({ ...postgres18 })).toBe(image)
  expect(imageOf({ ...postgres18, instructions: [] })).not.toBe(image)
  const rootfs = { suite: 'bookworm', packages: ['memcached'] }
  expect(imageOf({ ...postgres18, parent: { ...base, rootfs } })).not.toBe(image)
})
