import { hash } from 'node:crypto'

/** All that the adapter stores begins with this. */
export const KEY_PREFIX = 'tokenward-'

const VALUE = /^VALUE (\S+) (\d+) (\d+)( \d+)?$/
/** As `toValue` writes it. */
const RECORD = /^\d [ -~]*$/

/**
 * Goes through the replies of a server before a driver parses them. What somebody else has stored under
 * a key of ours may be anything: by its flags drivers make numbers, JSON or bytes of it, throw at the
 * process what they cannot parse, and take a line that is `END` for the end. In place of such a value
 * the driver finds a fingerprint of it, which is no record. All else passes as it came.
 */
export class ValueFilter {
  readonly #encoding: 'utf8' | 'latin1'
  #rest = ''

  /** @param encoding of what the driver reads */
  constructor(encoding: 'utf8' | 'latin1') {
    this.#encoding = encoding
  }

  /**
   * @param chunk of the replies, one character a byte
   * @returns all lines and values that are complete now
   */
  push(chunk: string): string {
    const text = this.#rest + chunk
    let passed = ''
    let from = 0
    for (;;) {
      const lineEnd = text.indexOf('\r\n', from)
      if (lineEnd < 0) break
      const value = VALUE.exec(text.slice(from, lineEnd))
      const end = lineEnd + 2 + (value ? Number(value[3]) + 2 : 0)
      if (end > text.length) break
      const unit = text.slice(from, end)
      passed += value?.[1]?.startsWith(KEY_PREFIX) ? safeUnit(unit, value) : this.#decoded(unit)
      from = end
    }
    this.#rest = text.slice(from)
    return passed
  }

  #decoded(unit: string): string {
    return this.#encoding === 'latin1' ? unit : Buffer.from(unit, 'latin1').toString()
  }
}

function safeUnit(unit: string, [line, key, flags, , cas = '']: RegExpExecArray): string {
  const data = unit.slice(line.length + 2, -2)
  if (flags === '0' && RECORD.test(data)) return unit
  const fingerprint = `not-ours-${hash('sha1', `${flags} ${data}`)}`
  return `VALUE ${key} 0 ${fingerprint.length}${cas}\r\n${fingerprint}\r\n`
}
