import { expect, test } from 'vitest'
import { ValueFilter } from '../src/value-filter.ts'

const record = '3 t a etag 1 2 3  {}'
const replies = [
  `VALUE tokenward-a 0 ${record.length} 7\r\n${record}\r\n`,
  'VALUE tokenward-b 2 13 8\r\n{\r\nEND\r\nEND{}\r\n',
  'VALUE other 2 6 9\r\nEND\r\n\xe9\r\n',
  'VALUE tokenward-c 0 0\r\n\r\n',
  'END\r\nSTORED\r\nVALUE tokenward-d x 1\r\n',
].join('')

test('takes the items of our keys out of the reply, and replaces what is not a record', () => {
  const filter = new ValueFilter('latin1')
  expect(filter.push(replies).split('\r\n')).toEqual([
    'VALUE other 2 6 9',
    'END',
    '\xe9',
    'VALUE tokenward-c 0 49',
    expect.stringMatching(/^not-ours-[0-9a-f]{40}$/),
    'VALUE tokenward-items 0 1 1',
    '1',
    'END',
    'STORED',
    'VALUE tokenward-d x 1',
    '',
  ])
  const items = filter.take('1')
  expect([...items]).toEqual([
    ['tokenward-a', { value: record, cas: '7' }],
    ['tokenward-b', { value: expect.stringMatching(/^not-ours-[0-9a-f]{40}$/), cas: '8' }],
  ])
  expect(filter.take('1').size).toBe(0)
})

test('keeps the items of each reply apart', () => {
  const filter = new ValueFilter('utf8')
  const reply = (key: string) => `VALUE ${key} 0 ${record.length} 7\r\n${record}\r\nEND\r\n`
  const passed = filter.push(`${reply('tokenward-a')}END\r\n${reply('tokenward-b')}`)
  expect(passed.match(/^(?:VALUE|END|\d).*$/gm)).toEqual([
    'VALUE tokenward-items 0 1 1',
    '1',
    'END',
    'END',
    'VALUE tokenward-items 0 1 1',
    '2',
    'END',
  ])
  expect([...filter.take('2').keys()]).toEqual(['tokenward-b'])
  expect([...filter.take('1').keys()]).toEqual(['tokenward-a'])
})

test('does not depend on where the chunks end', () => {
  const whole = new ValueFilter('latin1')
  const passed = whole.push(replies)
  const items = [...whole.take('1')]
  for (let size = 1; size < 12; size++) {
    const filter = new ValueFilter('latin1')
    let pieces = ''
    for (let at = 0; at < replies.length; at += size) {
      pieces += filter.push(replies.slice(at, at + size))
    }
    expect(pieces).toBe(passed)
    expect([...filter.take('1')]).toEqual(items)
  }
})
