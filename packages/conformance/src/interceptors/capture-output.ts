import { inspect } from 'node:util'

/** All output of the process while it is captured. */
export interface CapturedOutput {
  readonly captured: string[]
  /** Adds something from elsewhere: an error, an event. */
  note(what: unknown): void
  stop(): void
}

const METHODS = ['debug', 'dir', 'error', 'info', 'log', 'trace', 'warn'] as const

/** Captures `console` and both output streams; the output is still written. */
export function captureOutput(): CapturedOutput {
  const captured: string[] = []
  const note = (what: unknown) => void captured.push(asText(what))
  const undo = [
    ...METHODS.map((method) => tap(console, method, note)),
    tap(process.stdout, 'write', note),
    tap(process.stderr, 'write', note),
    tap(process, 'emitWarning', note),
  ]
  return { captured, note, stop: () => undo.forEach((restore) => void restore()) }
}

function tap<T extends object>(host: T, name: keyof T, note: (what: unknown) => void): () => void {
  const original = host[name] as (...args: unknown[]) => unknown
  const tapped = (...args: unknown[]) => {
    note(args)
    return Reflect.apply(original, host, args)
  }
  host[name] = tapped as T[keyof T]
  return () => {
    host[name] = original as T[keyof T]
  }
}

/** As text, including causes, symbols and properties that are not enumerable. */
function asText(what: unknown): string {
  return inspect(what, { depth: 12, showHidden: true, maxStringLength: null, maxArrayLength: null })
}
