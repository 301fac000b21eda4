import { hash } from 'node:crypto'

/** All keys of the adapter begin with this. */
export const KEY_PREFIX = 'tokenward-'

const VALUE = /^VALUE (\S+) (\d+) (\d+)( \d+)?$/
/** As `toValue` makes it. */
const RECORD = /^\d [ -~]*$/
/** A complete record with its header: the fast path. */
const WHOLE = /(VALUE tokenward-\S+ 0 (\d+)(?: \d+)?)\r\n\d [ -~]*\r\n/y

/**
 * Filters the replies of a server before a driver parses them. Another program may have stored any value
 * under a key of Tokenward: by its flags the drivers convert it to a number, JSON or bytes, throw an
 * uncaught exception where that fails, and take a line `END` in it for the end of the reply. The filter
 * replaces such a value by its fingerprint, which is not a record. All else passes unchanged.
 */
export class ValueFilter {
  readonly #encoding: 'utf8' | 'latin1'
  #rest = ''

  /** @param encoding in which the driver reads the socket */
  constructor(encoding: 'utf8' | 'latin1') {
    this.#encoding = encoding
  }

  /**
   * @param chunk of the replies, one character for each byte
   * @returns all lines and values that are complete
   */
  push(chunk: string): string {
    const text = this.#rest + chunk
    let passed = ''
    let unchanged = 0
    let from = 0
    for (;;) {
      const end = endOfRecord(text, from) ?? endOfUnit(text, from)
      if (end === null || end.at > text.length) break
      if (end.value) {
        passed += text.slice(unchanged, from) + this.#safe(text.slice(from, end.at), end.value)
        unchanged = end.at
      }
      from = end.at
    }
    this.#rest = text.slice(from)
    return passed + text.slice(unchanged, from)
  }

  #safe(unit: string, value: RegExpExecArray): string {
    if (value[1]?.startsWith(KEY_PREFIX)) return safeUnit(unit, value)
    return this.#encoding === 'latin1' ? unit : Buffer.from(unit, 'latin1').toString()
  }
}

interface End {
  readonly at: number
  /** The header of a value that must be checked. */
  readonly value?: RegExpExecArray
}

function endOfRecord(text: string, from: number): End | null {
  WHOLE.lastIndex = from
  const [whole = '', header = '', length] = WHOLE.exec(text) ?? []
  if (whole === '' || whole.length !== header.length + Number(length) + 4) return null
  return { at: from + whole.length }
}

/** A line, or a header with a value of the given length. */
function endOfUnit(text: string, from: number): End | null {
  const lineEnd = text.indexOf('\r\n', from)
  if (lineEnd < 0) return null
  const value = VALUE.exec(text.slice(from, lineEnd))
  return value ? { at: lineEnd + Number(value[3]) + 4, value } : { at: lineEnd + 2 }
}

function safeUnit(unit: string, [line, key, flags, , cas = '']: RegExpExecArray): string {
  const data = unit.slice(line.length + 2, -2)
  if (flags === '0' && RECORD.test(data)) return unit
  const fingerprint = `not-ours-${hash('sha1', `${flags} ${data}`)}`
  return `VALUE ${key} 0 ${fingerprint.length}${cas}\r\n${fingerprint}\r\n`
}
