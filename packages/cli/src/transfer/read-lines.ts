import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { UsageError } from '../exit-code.ts'

export interface NumberedLine {
  /** The first line of the input is 1. */
  readonly number: number
  readonly text: string
}

/** Lists of consecutive lines without the empty ones, from line `first` on. */
export async function* readLines(
  input: Readable,
  first: number,
  size: number,
): AsyncGenerator<readonly NumberedLine[]> {
  let number = 0
  let batch: NumberedLine[] = []
  for await (const text of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1
    // Some tools write a byte order mark before the first line.
    const line = number === 1 ? text.replace(/^\ufeff/, '') : text
    if (number < first || line.trim() === '') continue
    if (batch.push({ number, text: line }) < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}

/** @throws UsageError if there is no such file */
export async function openFile(option: string, path: string): Promise<Readable> {
  const stream = createReadStream(path)
  return new Promise((resolve, reject) => {
    stream.once('open', () => resolve(stream))
    stream.once('error', (cause: NodeJS.ErrnoException) =>
      reject(new UsageError(`--${option}: the file cannot be read (${cause.code}).`, { cause })),
    )
  })
}

/** How many lines there are, for the time left. */
export async function countLines(input: Readable): Promise<number> {
  let count = 0
  for await (const chunk of input) {
    const bytes = chunk as Buffer
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) count += 1
  }
  return count
}
