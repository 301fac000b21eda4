/** In px. */
export const WIDTH = 760

/** Both color schemes in one file: the browser chooses, also for a picture in a page. */
const STYLE = `
svg { --back: #ffffff; --text: #1f2328; --muted: #59636e; --grid: #d1d9e0; --one: #0969da; --two: #8250df; --three: #1a7f37 }
@media (prefers-color-scheme: dark) {
  svg { --back: #0d1117; --text: #e6edf3; --muted: #9198a1; --grid: #3d444d; --one: #4493f8; --two: #ab7df8; --three: #3fb950 }
}
text { font: 13px system-ui, sans-serif; fill: var(--text) }
.title { font-size: 16px; font-weight: 600 }
.muted { fill: var(--muted); font-size: 12px }
.over { paint-order: stroke; stroke: var(--back); stroke-width: 4px }
.end { text-anchor: end }
.middle { text-anchor: middle }
.back { fill: var(--back) }
.one { fill: var(--one) }
.two { fill: var(--two) }
.three { fill: var(--three) }
.grid { stroke: var(--grid) }
.even { stroke: var(--muted); stroke-dasharray: 4 3 }
.stem { stroke-width: 4; stroke-linecap: round }
.stem.one, .curve.one { stroke: var(--one) }
.stem.two, .curve.two { stroke: var(--two) }
.curve.three { stroke: var(--three) }
.curve { fill: none; stroke-width: 2 }
.broken { stroke-dasharray: 5 4 }
`

/** The classes of the series of a chart. */
export const SERIES = ['one', 'two', 'three'] as const

export interface Frame {
  readonly title: string
  readonly subtitle: string
  /** On what it was measured, one line each. */
  readonly notes: readonly string[]
  /** The names of the series, at most three. */
  readonly legend: readonly string[]
  /** Of the drawing, in px. */
  readonly height: number
  /** SVG elements, with the top of the drawing at 0. */
  readonly drawing: readonly string[]
}

const TOP = 88
const NOTE_HEIGHT = 17

/** A whole picture: title, legend, drawing, notes. */
export function picture({ title, subtitle, notes, legend, height, drawing }: Frame): string {
  const total = TOP + height + 24 + notes.length * NOTE_HEIGHT
  const described = escaped(`${title}. ${subtitle}`)
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${total}" viewBox="0 0 ${WIDTH} ${total}" role="img" aria-label="${described}">
<style>${STYLE}</style>
<rect class="back" width="${WIDTH}" height="${total}" rx="8"/>
${text(20, 30, title, 'title')}
${text(20, 50, subtitle, 'muted')}
${legend.map((name, i) => `<rect class="${SERIES[i]}" x="${20 + i * 140}" y="62" width="12" height="12" rx="2"/>\n${text(38 + i * 140, 72, name, 'muted')}`).join('\n')}
<g transform="translate(0 ${TOP})">
${drawing.join('\n')}
</g>
${notes.map((note, i) => text(20, TOP + height + 24 + i * NOTE_HEIGHT, note, 'muted')).join('\n')}
</svg>
`
}

export function text(x: number, y: number, content: string, classes = ''): string {
  return `<text x="${round(x)}" y="${round(y)}" class="${classes}">${escaped(content)}</text>`
}

export function line(x: number, y1: number, y2: number, classes: string): string {
  return `<line class="${classes}" x1="${round(x)}" x2="${round(x)}" y1="${y1}" y2="${y2}"/>`
}

export function round(value: number): number {
  return Math.round(value * 10) / 10
}

function escaped(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
