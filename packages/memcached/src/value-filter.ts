import { hash } from 'node:crypto'
import { ITEMS, type Item, KEY_PREFIX } from './driver.ts'

const VALUE = /^VALUE (\S+) (\d+) (\d+)(?: (\d+))?$/
/** As `toValue` makes it. */
const RECORD = /^\d [ -~]*$/
/** A complete record with its header: the fast path. */
const WHOLE = /VALUE (tokenward-\S+) 0 (\d+) (\d+)\r\n(\d [ -~]*)\r\n/y

/** A line of a reply, or a line `VALUE` with its value. */
interface Unit {
  readonly text: string
  readonly value?: {
    readonly key: string
    /** Missing in a reply to `get`. */
    readonly cas?: string | undefined
    /** A record, or the fingerprint of what is none. */
    readonly data: string
  }
}

/**
 * Takes the values under keys of Tokenward out of the replies of a server before a driver parses them. The
 * drivers parse many values slowly. And another program may have stored any value under such a key: by its
 * flags they convert it to a number, JSON or bytes, throw an uncaught exception where that fails, and take
 * a line `END` in it for the end of the reply. All else passes unchanged.
 */
export class ValueFilter {
  readonly #encoding: 'utf8' | 'latin1'
  #rest = ''
  /** Of the reply that is not complete yet. */
  #items = new Map<string, Item>()
  readonly #taken = new Map<string, ReadonlyMap<string, Item>>()
  #replies = 0

  /** @param encoding in which the driver reads the socket */
  constructor(encoding: 'utf8' | 'latin1') {
    this.#encoding = encoding
  }

  /**
   * @param chunk of the replies, one character for each byte
   * @returns all lines and values that are complete. In place of the items of a reply to `gets`, there is
   * one item {@link ITEMS} with the number by which `take()` returns them.
   */
  push(chunk: string): string {
    const text = this.#rest + chunk
    let passed = ''
    let from = 0
    for (let unit = unitAt(text, 0); unit !== null; unit = unitAt(text, from)) {
      passed += this.#pass(unit)
      from += unit.text.length
    }
    this.#rest = text.slice(from)
    return passed
  }

  /** The items of one reply, by their keys. */
  take(number: string): ReadonlyMap<string, Item> {
    const items = this.#taken.get(number)
    this.#taken.delete(number)
    return items ?? new Map()
  }

  #pass({ text, value }: Unit): string {
    if (value?.key.startsWith(KEY_PREFIX)) {
      const { key, cas, data } = value
      if (cas === undefined) return valueLines(key, data)
      this.#items.set(key, { value: data, cas })
      return ''
    }
    const line = this.#encoding === 'latin1' ? text : Buffer.from(text, 'latin1').toString()
    if (value || this.#items.size === 0) return line
    const number = String(++this.#replies)
    this.#taken.set(number, this.#items)
    this.#items = new Map()
    return valueLines(ITEMS, number, ' 1') + line
  }
}

function unitAt(text: string, from: number): Unit | null {
  return recordAt(text, from) ?? lineAt(text, from)
}

function recordAt(text: string, from: number): Unit | null {
  WHOLE.lastIndex = from
  const [whole, key, length, cas, data] = WHOLE.exec(text) ?? []
  if (whole === undefined || key === undefined || data?.length !== Number(length)) return null
  return { text: whole, value: { key, cas, data } }
}

/** A line, or a header with a value of the given length. */
function lineAt(text: string, from: number): Unit | null {
  const lineEnd = text.indexOf('\r\n', from)
  if (lineEnd < 0) return null
  const line = text.slice(from, lineEnd)
  const [, key, flags, length, cas] = VALUE.exec(line) ?? []
  if (key === undefined) return { text: `${line}\r\n` }
  const end = lineEnd + 2 + Number(length)
  if (text.length < end + 2) return null
  const data = text.slice(lineEnd + 2, end)
  const isRecord = flags === '0' && RECORD.test(data)
  const safe = isRecord ? data : `not-ours-${hash('sha1', `${flags} ${data}`)}`
  return { text: text.slice(from, end + 2), value: { key, cas, data: safe } }
}

function valueLines(key: string, data: string, cas = ''): string {
  return `VALUE ${key} 0 ${data.length}${cas}\r\n${data}\r\n`
}
