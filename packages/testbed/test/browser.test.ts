import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { BackendUnavailable, findChromium } from '../src/index.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

/** Sets `PATH` to new folders, each with these programs. */
function stubPath(...programs: readonly (readonly string[])[]): readonly string[] {
  const folders = programs.map((names) => {
    const folder = mkdtempSync(join(tmpdir(), 'tokenward-testbed-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    for (const name of names) writeFileSync(join(folder, name), '', { mode: 0o755 })
    return folder
  })
  vi.stubEnv('TOKENWARD_TEST_CHROMIUM', '')
  vi.stubEnv('PATH', ['', ...folders].join(delimiter))
  return folders
}

test('findChromium() finds the program of the variable', async () => {
  stubPath(['chromium'])
  vi.stubEnv('TOKENWARD_TEST_CHROMIUM', '/opt/chromium')
  expect(await findChromium()).toBe('/opt/chromium')
})

test('findChromium() prefers Chromium to Chrome in an earlier folder', async () => {
  const [, second = ''] = stubPath(['google-chrome'], ['google-chrome', 'chromium'])
  expect(await findChromium()).toBe(join(second, 'chromium'))
})

test('findChromium() skips files that cannot be run, and folders', async () => {
  const [first = '', second = '', third = ''] = stubPath(['chromium'], [], ['chromium'])
  chmodSync(join(first, 'chromium'), 0o644)
  mkdirSync(join(second, 'chromium'))
  expect(await findChromium()).toBe(join(third, 'chromium'))
})

test('findChromium() explains what to do where nothing can be installed', async () => {
  stubPath([])
  vi.spyOn(process, 'getuid').mockReturnValue(1000)
  const error = await findChromium().catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(BackendUnavailable)
  expect(String(error)).toMatch(/none was found.*this user is not root.*TOKENWARD_TEST_CHROMIUM/s)
})
