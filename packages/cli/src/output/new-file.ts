import { writeFileSync } from 'node:fs'
import { UsageError } from '../exit-code.ts'

interface NewFile {
  /** The name of the option that the path was given with. */
  readonly option: string
  readonly path: string
  /** @default '' */
  readonly content?: string
  /**
   * What the message of an existing file has before "not overwritten".
   * @default 'is'
   */
  readonly kept?: string
}

/** Creates a file that only its owner can read. Never overwrites one: what is in it would be lost. */
export function createFile({ option, path, content = '', kept = 'is' }: NewFile): void {
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new UsageError(
      code === 'EEXIST'
        ? `--${option}: the file exists, and ${kept} not overwritten: use another name.`
        : `--${option}: the file cannot be written (${code}).`,
      { cause },
    )
  }
}
