import { text } from 'node:stream/consumers'
import type { Io, ProgressDisplay } from '../io.ts'
import { redactPatterns, Secrets } from './redact.ts'
import { type Style, styleFor, wantsColors } from './style.ts'

/** ECMA-48, EL: erases from the cursor to the end of the line. */
const CLEAR_TO_END = '\u001b[K'
const DEFAULT_COLUMNS = 80

const TERMINAL_INTERVAL_MS = 100
const LOG_INTERVAL_MS = 2_000
const BAR_WIDTH = 24

/** The streams of the process: nothing else prints. */
export class Terminal {
  readonly #process: NodeJS.Process
  readonly secrets: Secrets = new Secrets()
  readonly outStyle: Style
  readonly errorStyle: Style
  #showsProgress = false

  constructor(of: NodeJS.Process) {
    this.#process = of
    this.outStyle = styleFor(wantsColors(of.stdout, of.env))
    this.errorStyle = styleFor(wantsColors(of.stderr, of.env))
    // A reader that goes away, as `head` does, must not stop a revocation half way.
    for (const stream of [of.stdout, of.stderr]) stream.on('error', () => undefined)
  }

  out(lines: readonly string[]): void {
    this.#write(this.#process.stdout, lines)
  }

  error(lines: readonly string[]): void {
    this.#write(this.#process.stderr, lines)
  }

  get io(): Io {
    return {
      cwd: this.#process.cwd(),
      readStdin: async () => {
        const { stdin } = this.#process
        if (stdin.isTTY) this.error(['Enter the token, then end of input (Ctrl-D):'])
        return (await text(stdin)).trim()
      },
      redact: (secret) => this.secrets.add(secret),
      progress: {
        isTerminal: this.#process.stderr.isTTY === true,
        show: (line) => this.#show(line),
      },
    }
  }

  /** Ends the process once everything is printed, even if a client of the config is still open. */
  async end(exitCode: number): Promise<never> {
    const { stdout, stderr } = this.#process
    await Promise.all([stdout, stderr].map((stream) => flushed(stream)))
    return this.#process.exit(exitCode)
  }

  #show(line: string): void {
    const { stderr } = this.#process
    if (stderr.isTTY !== true) {
      this.error([line])
      return
    }
    // Truncated, because a line that wraps cannot be replaced.
    const width = (stderr.columns || DEFAULT_COLUMNS) - 1
    stderr.write(`\r${line.slice(0, width)}${CLEAR_TO_END}`)
    this.#showsProgress = true
  }

  #write(stream: NodeJS.WriteStream, lines: readonly string[]): void {
    if (this.#showsProgress) this.#process.stderr.write(`\r${CLEAR_TO_END}`)
    this.#showsProgress = false
    if (lines.length > 0) stream.write(redactPatterns(`${lines.join('\n')}\n`))
  }
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve()
    else stream.write('', () => resolve())
  })
}

export interface ProgressOptions {
  readonly display: ProgressDisplay
  /** The expected count; `null`: unknown. */
  readonly total: number | null
  /** In ms, monotonic. @default performance.now */
  readonly clock?: () => number
}

/** Returns a callback that shows a growing count and its rate, but not on every call. */
export function throttledProgress(options: ProgressOptions): (count: number) => void {
  const { display, total, clock = () => performance.now() } = options
  const intervalMs = display.isTerminal ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS
  const started = clock()
  let lastShown = started
  return (count) => {
    const now = clock()
    if (now - lastShown < intervalMs) return
    lastShown = now
    const perSecond = Math.round((count * 1_000) / Math.max(now - started, 1))
    display.show(progressLine(count, total, perSecond, display.isTerminal))
  }
}

function progressLine(
  count: number,
  total: number | null,
  perSecond: number,
  hasBar: boolean,
): string {
  if (total === null || total === 0) return `${count} deleted, ${perSecond}/s`
  // More records may become due meanwhile.
  const share = Math.min(count / total, 1)
  const percent = Math.floor(share * 100)
  const done = `${count} of ${Math.max(count, total)} deleted, ${perSecond}/s`
  if (!hasBar) return `${percent} %: ${done}`
  const bar = '#'.repeat(Math.floor(share * BAR_WIDTH)).padEnd(BAR_WIDTH, '-')
  return `[${bar}] ${String(percent).padStart(3)} %  ${done}`
}
