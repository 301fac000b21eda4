import { text } from 'node:stream/consumers'
import type { Io } from '../io.ts'
import { Secrets, withoutSecrets } from './secrets.ts'
import { type Style, styleFor, wantsColours } from './style.ts'

/** ECMA-48, EL: erases from the cursor to the end of the line. */
const CLEAR_TO_END = '\u001b[K'

/** The process's streams: the one place where anything is printed. */
export class Terminal {
  readonly #process: NodeJS.Process
  readonly secrets: Secrets = new Secrets()
  readonly outStyle: Style
  readonly errorStyle: Style
  #showsProgress = false

  constructor(of: NodeJS.Process) {
    this.#process = of
    this.outStyle = styleFor(wantsColours(of.stdout, of.env))
    this.errorStyle = styleFor(wantsColours(of.stderr, of.env))
    // Who reads no further, as head does, is no reason to stop: what was begun is finished.
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
      folder: this.#process.cwd(),
      readInput: async () => {
        const { stdin } = this.#process
        if (stdin.isTTY) this.error(['The token, then end of input (Ctrl-D):'])
        return (await text(stdin)).trim()
      },
      hide: (secret) => this.secrets.hide(secret),
      progress: {
        isTerminal: this.#process.stderr.isTTY === true,
        show: (line) => this.#show(line),
      },
    }
  }

  /** Ends the process with everything printed, whatever a client of the config still holds open. */
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
    // Cut, because a line that wraps cannot be replaced.
    stderr.write(`\r${line.slice(0, (stderr.columns || 80) - 1)}${CLEAR_TO_END}`)
    this.#showsProgress = true
  }

  #write(stream: NodeJS.WriteStream, lines: readonly string[]): void {
    if (this.#showsProgress) this.#process.stderr.write(`\r${CLEAR_TO_END}`)
    this.#showsProgress = false
    if (lines.length > 0) stream.write(withoutSecrets(`${lines.join('\n')}\n`))
  }
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve()
    else stream.write('', () => resolve())
  })
}
