import { text } from 'node:stream/consumers'
import type { Session } from '../session.ts'
import { Secrets, withoutSecrets } from './secrets.ts'
import { type Style, styleFor, wantsColours } from './style.ts'

/** The process's streams: the one place where anything is printed. */
export class Terminal {
  readonly #process: NodeJS.Process
  readonly secrets: Secrets = new Secrets()
  readonly outStyle: Style
  readonly errorStyle: Style

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

  get session(): Session {
    return {
      folder: this.#process.cwd(),
      readInput: async () => {
        const { stdin } = this.#process
        if (stdin.isTTY) this.error(['The token, then end of input (Ctrl-D):'])
        return (await text(stdin)).trim()
      },
      hide: (secret) => this.secrets.hide(secret),
      remark: (line) => this.error([line]),
    }
  }

  /** Ends the process with everything printed, whatever a client of the config still holds open. */
  async end(exitCode: number): Promise<never> {
    const { stdout, stderr } = this.#process
    await Promise.all([stdout, stderr].map((stream) => flushed(stream)))
    return this.#process.exit(exitCode)
  }

  #write(stream: NodeJS.WriteStream, lines: readonly string[]): void {
    if (lines.length > 0) stream.write(withoutSecrets(`${lines.join('\n')}\n`))
  }
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve()
    else stream.write('', () => resolve())
  })
}
