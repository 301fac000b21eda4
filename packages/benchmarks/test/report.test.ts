import { expect, test } from 'vitest'
import { duration } from '../src/report/charts.ts'
import { chartsOf, type Machine } from '../src/report/report.ts'

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

const charts = chartsOf(MACHINE, { name: 'redis', server: 'Redis 7.4', results })

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
    expect(svg).toContain('Redis 7.4; Node v24.21.0; 2026-11-30')
    expect(svg).toContain('Processor &lt;1>, 2 cores, 8 GiB, Linux 6.1')
    expect(svg).toContain('Other processes used 10 % and 25 % of the machine')
  }
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
