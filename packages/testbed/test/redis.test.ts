import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { tcpRequest } from '../src/servers/tcp-request.ts'
import { startHere } from './support.ts'

it('start() resolves after the data is loaded, not at the first reply', async () => {
  const slowly = {
    'key-load-delay': '10000',
    'loading-process-events-interval-bytes': '1024',
    rdbcompression: 'no',
  }
  const { url, kill, start } = await startHere('redis', { version: '7', settings: slowly })
  const port = Number(new URL(url).port)
  const request = (lines: string, complete: RegExp) => tcpRequest(connect(port), lines, complete)
  const many = Array.from({ length: 100 }, (_, n) => `SET key${n} ${'x'.repeat(500)}\r\n`)
  await request(`${many.join('')}SAVE\r\n`, /(\+OK\r\n){101}/)
  await kill()
  await start()
  expect(await request('GET key99\r\n', /\r\n$/)).toMatch(/x\r\n$/)
})
