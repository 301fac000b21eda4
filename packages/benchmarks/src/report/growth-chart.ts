import type { AtSize } from '@tokenward/trials/growth'
import { duration, type Heading, scale } from './charts.ts'
import { line, picture, round, SERIES, text, WIDTH } from './svg.ts'

const LEFT = 90
const RIGHT = WIDTH - 90
const HEIGHT = 260

/** By the number of records: a line for the median, a broken one for the 99th percentile. Both axes are logarithmic. */
export function growthChart(heading: Heading, series: readonly (readonly AtSize[])[]): string {
  const all = series.flat()
  const x = scale(
    all.map(({ records }) => records),
    LEFT,
    RIGHT,
  )
  const y = scale(
    all.flatMap(({ p50, p99 }) => [p50 * 1_000, p99 * 1_000]),
    HEIGHT,
    0,
  )
  const grid = [
    ...y.ticks.flatMap((us) => [
      `<line class="grid" x1="${LEFT}" x2="${RIGHT}" y1="${round(y.at(us))}" y2="${round(y.at(us))}"/>`,
      text(LEFT - 10, y.at(us) + 4, duration(us), 'muted end'),
    ]),
    ...x.ticks.flatMap((records) => [
      line(x.at(records), 0, HEIGHT, 'grid'),
      text(x.at(records), HEIGHT + 20, records.toLocaleString('en'), 'muted middle'),
    ]),
    text((LEFT + RIGHT) / 2, HEIGHT + 40, 'records in the store', 'muted middle'),
  ]
  const points = (sizes: readonly AtSize[], field: 'p50' | 'p99') =>
    sizes.map((each) => [round(x.at(each.records)), round(y.at(each[field] * 1_000))] as const)
  const lines = series.flatMap((sizes, i) => {
    const medians = points(sizes, 'p50')
    return [
      `<polyline class="curve ${SERIES[i]}" points="${medians.join(' ')}"/>`,
      `<polyline class="curve broken ${SERIES[i]}" points="${points(sizes, 'p99').join(' ')}"/>`,
      ...medians.map(([cx, cy]) => `<circle class="${SERIES[i]}" cx="${cx}" cy="${cy}" r="4"/>`),
    ]
  })
  return picture({ ...heading, height: HEIGHT + 50, drawing: [...grid, ...lines] })
}
