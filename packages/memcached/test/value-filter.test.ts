import { expect, test } from 'vitest'
import { ValueFilter } from '../src/value-filter.ts'

const record = '2 t a etag 1 2 3  {}'
const replies = [
  `VALUE tokenward-a 0 ${record.length} 7\r\n${record}\r\n`,
  'VALUE tokenward-b 2 13 8\r\n{\r\nEND\r\nEND{}\r\n',
  'VALUE other 2 6 9\r\nEND\r\n\xe9\r\n',
  'VALUE tokenward-c 0 0\r\n\r\n',
  'END\r\nSTORED\r\nVALUE tokenward-d x 1\r\n',
].join('')

test('passes records, other keys and lines, and replaces other values under keys of Tokenward', () => {
  const passed = new ValueFilter('latin1').push(replies)
  expect(passed.split('\r\n')).toEqual([
    `VALUE tokenward-a 0 ${record.length} 7`,
    record,
    'VALUE tokenward-b 0 49 8',
    expect.stringMatching(/^not-ours-[0-9a-f]{40}$/),
    'VALUE other 2 6 9',
    'END',
    '\xe9',
    'VALUE tokenward-c 0 49',
    expect.stringMatching(/^not-ours-[0-9a-f]{40}$/),
    'END',
    'STORED',
    'VALUE tokenward-d x 1',
    '',
  ])
})

test('does not depend on where the chunks end', () => {
  const passed = new ValueFilter('latin1').push(replies)
  for (let size = 1; size < 12; size++) {
    const filter = new ValueFilter('latin1')
    let pieces = ''
    for (let at = 0; at < replies.length; at += size) {
      pieces += filter.push(replies.slice(at, at + size))
    }
    expect(pieces).toBe(passed)
  }
})
