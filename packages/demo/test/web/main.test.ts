import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const MAIN = fileURLToPath(new URL('../../src/web/main.ts', import.meta.url))

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s stops the demo, which removes its files',
  async (signal) => {
    const TMPDIR = await mkdtemp(join(tmpdir(), 'tokenward-demo-test-'))
    try {
      const child = spawn(process.execPath, [MAIN], {
        env: { ...process.env, PORT: '', TMPDIR },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const exit = once(child, 'exit')
      const errors = text(child.stderr)
      const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
      const origin = /http:\/\/localhost:\d+$/.exec(line)?.[0] ?? line
      const response = await fetch(`${origin}/login`)
      expect(response.status).toBe(200)
      // This connection stays open, as those of browsers do.
      expect(await response.text()).toContain('There are no passwords here')
      expect(await readdir(TMPDIR)).toHaveLength(1)

      // Ctrl-C in a terminal reaches every process, and the one that started this one sends it again.
      child.kill(signal)
      child.kill(signal)
      expect(await exit).toEqual([0, null])
      expect(await errors).toBe('')
      expect(await readdir(TMPDIR)).toEqual([])
    } finally {
      await rm(TMPDIR, { recursive: true, force: true })
    }
  },
)

test('a PORT that is not a number is an error', async () => {
  const env = { ...process.env, PORT: 'http' }
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  const [errors, [status]] = await Promise.all([text(child.stderr), once(child, 'exit')])
  expect(errors).toContain('PORT must be a number from 0 to 65535, and is http.')
  expect(status).toBe(1)
})
