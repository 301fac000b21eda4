import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { Terminal } from '../src/output/terminal.ts'

/** Everything that one call writes to stdout and stderr, in order. */
async function written(isTTY: boolean): Promise<string> {
  const screen = Object.assign(new PassThrough(), { isTTY, columns: 20 })
  const streams = { stdout: screen, stderr: screen, env: {}, cwd: () => '.' }
  const terminal = new Terminal(streams as unknown as NodeJS.Process)
  const { progress } = terminal.io
  expect(progress.isTerminal).toBe(isTTY)
  progress.show('1 deleted')
  progress.show('2 deleted, which is longer than the terminal is wide')
  terminal.out(['deleted 3'])
  terminal.out(['end'])
  screen.end()
  return text(screen)
}

test('progress is one line on a terminal, and the result replaces it', async () => {
  expect(await written(true)).toBe(
    '\r1 deleted\u001b[K\r2 deleted, which is\u001b[K\r\u001b[Kdeleted 3\nend\n',
  )
})

test('progress has no control sequences elsewhere', async () => {
  expect(await written(false)).toBe(
    '1 deleted\n2 deleted, which is longer than the terminal is wide\ndeleted 3\nend\n',
  )
})
