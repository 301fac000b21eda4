import { describe, expect, test } from 'vitest'
import { toJson } from '../src/input/json.ts'
import { ADA } from './instance.ts'
import { invalid, sealing } from './sealing/fixtures.ts'

/** Objects in objects, the outermost one counted as level 0. */
function nested(levels: number): object {
  return levels === 0 ? { end: 1 } : { a: nested(levels - 1) }
}

const cycle: { self?: object } = {}
cycle.self = { back: cycle }
const throwing = {
  get secret(): string {
    throw new Error('no')
  },
}
const sparse: number[] = [1]
sparse[2] = 3
class Tenant {
  name = 'acme'
}

describe('data that is no JSON is refused with its path, and nothing is written', () => {
  test.each<[string, string, unknown]>([
    ['undefined', 'options.data', undefined],
    ['null', 'options.data', null],
    ['a string', 'options.data', 'text'],
    ['a list', 'options.data', [1]],
    ['a function', 'options.data', () => ({})],
    ['toJSON to a string', 'options.data', { toJSON: () => 'text' }],
    ['an undefined member', 'options.data.a.b', { a: { b: undefined } }],
    ['a function member', 'options.data.list.1', { list: [1, () => 1] }],
    ['a symbol member', 'options.data.s', { s: Symbol('s') }],
    ['a BigInt', 'options.data.n', { n: 1n }],
    ['NaN', 'options.data.n', { n: Number.NaN }],
    ['Infinity', 'options.data.n', { n: Number.POSITIVE_INFINITY }],
    ['a map', 'options.data.m', { m: new Map([['a', 1]]) }],
    ['bytes', 'options.data.b', { b: new Uint8Array(2) }],
    ['a class instance', 'options.data.t', { t: new Tenant() }],
    ['a promise', 'options.data.p', { p: Promise.resolve() }],
    ['a sparse list', 'options.data.list.1', { list: sparse }],
    ['a cycle', 'options.data', cycle],
    ['65 levels', 'options.data', nested(65)],
    ['a toJSON that throws', 'options.data.d', { d: throwingJson() }],
    ['a toJSON that returns itself', 'options.data', { d: returningItself() }],
    ['a getter that throws', 'options.data.inner', { inner: throwing }],
    ['a getter that throws at the top', 'options.data', throwing],
    ['__proto__', 'options.data.__proto__', JSON.parse('{"__proto__":1}')],
    ['constructor', 'options.data.a.constructor', { a: { constructor: 1 } }],
  ])('%s', async (_, path, data) => {
    const { tokens, records } = await sealing()
    const before = [...records.values()]
    const refused = tokens.issue({ ...ADA, data: data as object })
    await expect(refused).rejects.toMatchObject(invalid(path))
    expect([...records.values()]).toEqual(before)
  })
})

function throwingJson(): object {
  return {
    toJSON: () => {
      throw new Error('no')
    },
  }
}

function returningItself(): object {
  const value = { toJSON: (): object => value }
  return value
}

test('the error of a getter or a toJSON is the cause', async () => {
  const { tokens } = await sealing()
  for (const member of [throwing, throwingJson()]) {
    const refused = tokens.issue({ ...ADA, data: { member } })
    await expect(refused).rejects.toMatchObject({ cause: { message: 'no' } })
  }
})

test('what JSON can hold comes back as JSON holds it', async () => {
  const { tokens } = await sealing()
  const data = {
    text: 'ä 😀 \ud800 \u0000',
    numbers: [0, -1.5, 1e300],
    nothing: null,
    when: new Date(0),
    bare: Object.assign(Object.create(null), { a: 1 }),
    deep: nested(63),
  }
  const { accessToken } = await tokens.issue({ ...ADA, data })
  const result = await tokens.verify(accessToken, { data: true })
  expect(result).toMatchObject({ data: JSON.parse(JSON.stringify(data)) })
})

test('the size is counted in bytes of JSON', async () => {
  const { tokens } = await sealing({ maxDataBytes: 100 })
  // 8 bytes for {"d":""}, 2 for each ä.
  const { accessToken } = await tokens.issue({ ...ADA, data: { d: 'ä'.repeat(46) } })
  expect(await tokens.verify(accessToken, { data: true })).toMatchObject({
    data: { d: 'ä'.repeat(46) },
  })
  const refused = tokens.issue({ ...ADA, data: { d: `${'ä'.repeat(46)}x` } })
  await expect(refused).rejects.toMatchObject({
    ...invalid('options.data'),
    message: 'options.data: has 101 bytes of JSON, more than the maximum of 100.',
  })
})

test.each(['', 'x'.repeat(129), '\ud800', 7, undefined, null])(
  'the label %j is refused',
  async (label) => {
    const { tokens } = await sealing()
    const refused = tokens.issue({ ...ADA, label: label as string })
    await expect(refused).rejects.toMatchObject(invalid('options.label'))
  },
)

test('a label of 128 code units is shown', async () => {
  const { tokens } = await sealing()
  const label = '😀'.repeat(64)
  const { accessToken } = await tokens.issue({ ...ADA, label })
  expect(await tokens.verify(accessToken, { data: true })).toMatchObject({ label, data: null })
})

test('toJson gives a copy, which shares nothing with the value', () => {
  const value = { list: [{ a: 1 }] }
  const copy = toJson(value, 'data') as typeof value
  expect(copy).toEqual(value)
  expect(copy.list[0]).not.toBe(value.list[0])
})
