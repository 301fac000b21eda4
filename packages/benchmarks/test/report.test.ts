import { expect, test } from 'vitest'
import { duration } from '../src/report/charts.ts'
import type { Machine } from '../src/report/contents.ts'
import { page } from '../src/report/page.ts'
import { chartsOf, growthOf, merged } from '../src/report/report.ts'

const MACHINE: Machine = {
  ...{ processor: 'Processor <1>', cores: 2, memory: 8, system: 'Linux 6.1' },
  ...{ node: 'v24.21.0', date: '2026-11-30', part: 1 },
}

const measured = (cpu: number, p50: number, p99: number) => ({
  ...{ cpu, wall: cpu, p50, p99, server: Number.NaN },
})

const results = {
  1: {
    measured: {
      get: measured(100, 200, 900),
      verify: measured(125, 250, 1_200),
      revoke: measured(300, 500, 4_000),
    },
    foreignLoad: 0.1,
  },
  64: {
    measured: { get: measured(40, 2_000, 9_000), verify: measured(20, 1_000, 5_000) },
    foreignLoad: 0.25,
  },
}

const store = { name: 'redis', server: 'Redis 7.4', results }
const charts = chartsOf(MACHINE, store)

const growth = ['sqlite', 'postgres'].map((name, i) => ({
  ...{ name, server: `${name} 1.0` },
  sizes: [1_000, 10_000].map((records, k) => {
    return { records, bytes: 500, p50: 0.1 + i, p99: 0.2 + i + k }
  }),
  prune: { deleted: 10_000, seconds: 4, p99Alone: 1, p99Beside: 2.5 },
}))

test('there are two charts of a store', () => {
  expect(Object.keys(charts)).toEqual(['redis-ratios', 'redis-latency'])
})

test('a ratio is that of the CPU time, and only what was measured has a bar', () => {
  const svg = charts['redis-ratios'] ?? ''
  expect(svg.match(/>[\d.]+×</g)).toEqual(['>0.80×<', '>2.00×<'])
  expect(svg).toContain('>for one get<')
  expect(svg).not.toContain('>for one insert<')
})

test('a span is from the median to the 99th percentile, longer for a larger one', () => {
  const svg = charts['redis-latency'] ?? ''
  const spans = [...svg.matchAll(/class="stem \w+" x1="([\d.]+)" x2="([\d.]+)"/g)]
  expect(spans).toHaveLength(5)
  const ends = spans.map(([, , end]) => Number(end))
  expect(ends[2]).toBeGreaterThan(ends[0] ?? NaN)
  expect(spans.every(([, begin, end]) => Number(begin) < Number(end))).toBe(true)
})

test('the machine, its versions and the load by others are on each chart, escaped', () => {
  for (const svg of Object.values(charts)) {
    expect(svg).toContain('>Redis 7.4<')
    expect(svg).toContain('Node v24.21.0; 2026-11-30; Processor &lt;1>, 2 cores, 8 GiB, Linux 6.1')
    expect(svg).toContain('Other processes used 10 % and 25 % of the machine')
  }
})

test('the growth of each store has two lines, and a longer time is higher', () => {
  const svg = growthOf(MACHINE, growth)['growth'] ?? ''
  const curves = [...svg.matchAll(/class="curve (\S* ?\w+)" points="([^"]+)"/g)]
  expect(curves.map(([, series]) => series)).toEqual(['one', 'broken one', 'two', 'broken two'])
  const heights = curves.map(([, , points = '']) =>
    points.split(' ').map((at) => Number(at.split(',')[1])),
  )
  expect(heights[1]?.[1]).toBeLessThan(heights[1]?.[0] ?? NaN)
  expect(heights[2]?.[0]).toBeLessThan(heights[0]?.[0] ?? NaN)
  expect(svg).toContain('>10,000<')
})

test('there is no chart of growth where none was measured', () => {
  expect(growthOf(MACHINE, [])).toEqual({})
  expect(page(MACHINE, { stores: [store], growth: [] })).not.toContain('Growth')
})

test('what is measured again replaces the figures of the same name, and no others', () => {
  const again = { ...store, server: 'Redis 8.2' }
  const other = { ...store, name: 'sqlite' }
  const before = { stores: [store, other], growth }
  expect(merged(before, { stores: [again] })).toEqual({ stores: [other, again], growth })
  const [first = growth[0]] = growth
  const grown = { ...first, server: 'sqlite 2.0' } as (typeof growth)[number]
  expect(merged(before, { growth: [grown] }).growth.map(({ server }) => server)).toEqual([
    'postgres 1.0',
    'sqlite 2.0',
  ])
})

test('the page has the figures of the charts as text, too', () => {
  const text = page(MACHINE, { stores: [store], growth })
  expect(text).toContain('| operation | in the CPU time of | 1 in flight | 64 in flight |')
  expect(text).toContain('| verify | one get | 0.80 | 2.00 |')
  expect(text).toContain('| postgres 1.0 | 10,000 | 2,500 | 1 ms | 2.5 ms |')
})

test('a chart is for a dark page, too', () => {
  for (const svg of Object.values(charts)) expect(svg).toContain('prefers-color-scheme: dark')
})

test('a duration has two digits and a unit', () => {
  expect([12.34, 999, 1_250, 3_400_000].map(duration)).toEqual([
    '12 µs',
    '1000 µs',
    '1.3 ms',
    '3.4 s',
  ])
})
