import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DataPointType, type MetricData } from '@opentelemetry/sdk-metrics'
import { parser } from '@prometheus-io/lezer-promql'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { eventfulDay } from './scenario.ts'
import { telemetry } from './support.ts'

interface Rules {
  readonly groups: readonly {
    readonly rules: readonly {
      readonly alert: string
      readonly expr: string
      readonly labels: { readonly severity: string }
      readonly annotations: { readonly summary: string; readonly description: string }
    }[]
  }[]
}

interface Dashboard {
  readonly panels: readonly {
    readonly id: number
    readonly title: string
    readonly targets: readonly { readonly expr: string; readonly legendFormat: string }[]
  }[]
}

const read = (file: string) =>
  readFileSync(join(import.meta.dirname, '../dashboards', file), 'utf8')
const rules = (parse(read('alerts.yaml')) as Rules).groups.flatMap((group) => group.rules)
const { panels } = JSON.parse(read('grafana.json')) as Dashboard
const expressions = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
]

/** What Prometheus stores: the series by name, each with the values of its labels. */
const series = new Map<string, Map<string, Set<string>>>()

const SUFFIXES = {
  [DataPointType.HISTOGRAM]: ['_bucket', '_count', '_sum'],
  [DataPointType.EXPONENTIAL_HISTOGRAM]: [],
  [DataPointType.GAUGE]: [''],
  [DataPointType.SUM]: ['_total'],
}

/** As OTLP is converted: a unit in braces is an annotation, and is left out. */
function seriesOf({ descriptor, dataPointType }: MetricData): readonly string[] {
  const unit = descriptor.unit === 's' ? '_seconds' : ''
  const name = `${descriptor.name.replaceAll('.', '_')}${unit}`
  return SUFFIXES[dataPointType].map((suffix) => `${name}${suffix}`)
}

beforeAll(async () => {
  const { metrics } = telemetry()
  await eventfulDay()
  for (const metric of await metrics())
    for (const name of seriesOf(metric)) {
      const labels = new Map<string, Set<string>>(
        name.endsWith('_bucket') ? [['le', new Set()]] : [],
      )
      series.set(name, labels)
      for (const { attributes } of metric.dataPoints)
        for (const [label, value] of Object.entries(attributes))
          labels.set(label, (labels.get(label) ?? new Set()).add(String(value)))
    }
})

/** The metrics in an expression, each with the matchers that follow it. */
function selectorsOf(expr: string): readonly { name: string; matchers: string }[] {
  return [...expr.matchAll(/\b(tokenward_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', matchers = '']) => ({
      name,
      matchers,
    }),
  )
}

describe('every metric, label and value exists that is used by', () => {
  test.for(expressions)('%s', ([, expr]) => {
    const selectors = selectorsOf(expr)
    expect(selectors).not.toEqual([])
    for (const { name, matchers } of selectors) {
      expect([...series.keys()]).toContain(name)
      for (const [, label = '', values = ''] of matchers.matchAll(/(\w+)=~?"([^"]*)"/g))
        for (const value of values.split('|').filter((each) => !RARE.includes(each)))
          expect([...(series.get(name)?.get(label) ?? [])], `${name} ${label}`).toContain(value)
    }
    for (const [, labels = ''] of expr.matchAll(/by \(([^)]*)\)/g))
      for (const label of labels.split(', '))
        expect([...(series.get(selectors[0]?.name ?? '')?.keys() ?? [])]).toContain(label)
  })
})

/** Values that need another outage than the day of the tests has: they are among the codes of core. */
const RARE = ['TOKENWARD_WRITE_INDETERMINATE', 'TOKENWARD_KEYS_UNAVAILABLE', 'consume']

describe('the query language is that of Prometheus in', () => {
  test.for(expressions)('%s', ([, expr]) => {
    const text = expr.replaceAll(/\$__(range|rate_interval)/g, '5m')
    const wrong: string[] = []
    parser.parse(text).iterate({
      enter: ({ type, from, to }) => {
        if (type.isError) wrong.push(`${from}: ${text.slice(from, to + 20)}`)
      },
    })
    expect(wrong).toEqual([])
  })
})

test('every metric is shown in the dashboard', () => {
  const shown = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => selectorsOf(expr)))
  const bases = new Set(shown.map(({ name }) => name.replace(/_(bucket|count|sum)$/, '')))
  const made = new Set([...series.keys()].map((name) => name.replace(/_(bucket|count|sum)$/, '')))
  expect([...made].filter((name) => !bases.has(name))).toEqual([])
})

test('every alert has a severity, and a text for who is called by it', () => {
  expect(rules.length).toBeGreaterThan(5)
  for (const { alert, labels, annotations } of rules) {
    expect(['warning', 'critical'], alert).toContain(labels.severity)
    expect([annotations.summary, annotations.description], alert).not.toContain(undefined)
  }
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
})

test('every panel has an id of its own, and names its series by labels that it has', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  for (const { title, targets } of panels)
    for (const { expr, legendFormat } of targets)
      for (const [, label = ''] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
        expect(expr, title).toMatch(new RegExp(`by \\([^)]*\\b${label}\\b`))
})
