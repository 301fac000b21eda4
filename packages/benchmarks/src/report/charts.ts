import { type Frame, line, picture, round, SERIES, text, WIDTH } from './svg.ts'

/** Where the drawing begins, right of the labels, and where it ends. In px. */
const LEFT = 300
const RIGHT = WIDTH - 70
const BAR = 14
const GAP = 16

export interface Row {
  readonly label: string
  /** What it is compared with, below the label. */
  readonly reference: string
  /** One value for each series; `null`: not measured. */
  readonly values: readonly (number | null)[]
}

export type Heading = Pick<Frame, 'title' | 'subtitle' | 'notes' | 'legend'>

/** Bars that begin at 0, with a line at 1: right of it, Tokenward needs less. */
export function ratioChart(heading: Heading, rows: readonly Row[]): string {
  const values = rows.flatMap((row) => row.values).filter((value) => value !== null)
  const max = Math.max(1.25, ...values)
  const at = (value: number) => LEFT + ((RIGHT - LEFT) * value) / max
  const { height, tops } = layout(rows)
  const bars = rows.flatMap(({ label, reference, values }, i) => [
    text(LEFT - 12, (tops[i] ?? 0) + 12, label, 'end'),
    text(LEFT - 12, (tops[i] ?? 0) + 28, `for one ${reference}`, 'end muted'),
    ...values.flatMap((value, k) => {
      if (value === null) return []
      const y = (tops[i] ?? 0) + k * (BAR + 2)
      const width = round(at(value) - LEFT)
      return [
        `<rect class="${SERIES[k]}" x="${LEFT}" y="${y}" width="${width}" height="${BAR}" rx="2"/>`,
        text(at(value) + 6, y + 11, `${value.toFixed(2)}×`, 'muted over'),
      ]
    }),
  ])
  const even = [line(at(1), 0, height, 'even'), text(at(1), -4, 'the same', 'muted middle')]
  return picture({ ...heading, height, drawing: [line(LEFT, 0, height, 'grid'), ...even, ...bars] })
}

export interface SpanRow {
  readonly label: string
  /** One span for each series, in µs: the median and the 99th percentile; `null`: not measured. */
  readonly values: readonly ({ readonly p50: number; readonly p99: number } | null)[]
}

/** From the median to the 99th percentile, on a logarithmic scale. */
export function latencyChart(heading: Heading, rows: readonly SpanRow[]): string {
  const all = rows.flatMap(({ values }) => values.flatMap((each) => each ?? []))
  const { at, ticks } = scale(
    all.flatMap(({ p50, p99 }) => [p50, p99]),
    LEFT,
    RIGHT,
  )
  const { height, tops } = layout(rows)
  const grid = ticks.flatMap((us) => [
    line(at(us), 0, height, 'grid'),
    text(at(us), -4, duration(us), 'muted middle'),
  ])
  const spans = rows.flatMap(({ label, values }, i) => [
    text(LEFT - 12, (tops[i] ?? 0) + middleOf(values), label, 'end'),
    ...values.flatMap((value, k) => {
      if (value === null) return []
      const y = (tops[i] ?? 0) + k * (BAR + 2) + BAR / 2
      const [x1, x2] = [round(at(value.p50)), round(at(value.p99))]
      return [
        `<line class="stem ${SERIES[k]}" x1="${x1}" x2="${x2}" y1="${y}" y2="${y}"/>`,
        `<circle class="${SERIES[k]}" cx="${x1}" cy="${y}" r="5"/>`,
        text(x2 + 8, y + 4, duration(value.p99), 'muted over'),
      ]
    }),
  ])
  return picture({ ...heading, height, drawing: [...grid, ...spans] })
}

export interface Scale {
  /** Where a value is, in px. */
  at(value: number): number
  readonly ticks: readonly number[]
}

/** A logarithmic scale with a tick at each power of ten around the values. */
export function scale(values: readonly number[], begin: number, end: number): Scale {
  const from = Math.floor(Math.log10(Math.min(...values)))
  // At least one step: values that are all the same need a scale, too.
  const steps = Math.max(1, Math.ceil(Math.log10(Math.max(...values))) - from)
  return {
    at: (value: number) => begin + ((end - begin) * (Math.log10(value) - from)) / steps,
    ticks: Array.from({ length: steps + 1 }, (_, i) => 10 ** (from + i)),
  }
}

function layout(rows: readonly { readonly values: readonly unknown[] }[]) {
  const tops: number[] = []
  let height = GAP / 2
  for (const { values } of rows) {
    tops.push(height)
    // At least two lines of text.
    height += Math.max(values.length, 2) * (BAR + 2) + GAP
  }
  return { height, tops }
}

function middleOf(values: readonly unknown[]): number {
  return (values.length * (BAR + 2)) / 2 + 3
}

/** `250 µs`, `1.2 ms`, `3 s` */
export function duration(us: number): string {
  const [value, unit] = us < 1_000 ? [us, 'µs'] : us < 1e6 ? [us / 1_000, 'ms'] : [us / 1e6, 's']
  return `${Number(value.toPrecision(2))} ${unit}`
}
