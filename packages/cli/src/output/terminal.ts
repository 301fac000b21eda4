import { once } from 'node:events'
import { createInterface } from 'node:readline/promises'
import { text } from 'node:stream/consumers'
import type { Io } from '../io.ts'
import { failureLines } from './failure.ts'
import { redactPatterns, Secrets } from './redact.ts'
import { type Style, styleFor, wantsColors } from './style.ts'

/** ECMA-48, EL: erases from the cursor to the end of the line. */
const CLEAR_TO_END = '\u001b[K'
const DEFAULT_COLUMNS = 80

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
      printsToTerminal: this.#process.stdout.isTTY === true,
      readStdin: async () => {
        const { stdin } = this.#process
        if (stdin.isTTY) this.error(['Enter the token, then end of input (Ctrl-D):'])
        return (await text(stdin)).trim()
      },
      stdin: () => this.#process.stdin,
      print: (lines) => this.#print(lines),
      describeFailure: (error) => failureLines(error, this.secrets, this.errorStyle),
      confirm: this.#canAsk ? (question) => this.#confirm(question) : null,
      redact: (secret) => this.secrets.add(secret),
      interruption: () => this.#interruption(),
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

  async #print(lines: readonly string[]): Promise<void> {
    const { stdout } = this.#process
    this.out(lines)
    // A reader that has gone away takes nothing more.
    if (stdout.writableNeedDrain && !stdout.destroyed) {
      await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => undefined)
    }
  }

  get #canAsk(): boolean {
    const { stdin, stderr } = this.#process
    return stdin?.isTTY === true && stderr.isTTY === true
  }

  /** Anything but yes is a no, also the end of the input and Ctrl-C. */
  async #confirm(question: string): Promise<boolean> {
    const { stdin, stderr } = this.#process
    const lines = createInterface({ input: stdin, output: stderr, terminal: true })
    const closed = new AbortController()
    lines.once('close', () => closed.abort())
    try {
      const answer = await lines.question(`${question} [y/N] `, { signal: closed.signal })
      return /^y(es)?$/i.test(answer.trim())
    } catch {
      this.error([''])
      return false
    } finally {
      lines.close()
    }
  }

  #interruption(): AbortSignal {
    const interrupted = new AbortController()
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      this.#process.once(name, () => interrupted.abort())
    }
    return interrupted.signal
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
