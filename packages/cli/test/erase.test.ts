import { DatabaseSync } from 'node:sqlite'
import { PassThrough } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { Terminal } from '../src/output/terminal.ts'
import { ISSUER, STORE } from './support/project.ts'
import { loginEach, OLD_KEY, type SealedProject, sealedProject } from './support/sealed-project.ts'

function sealedTexts(it: SealedProject): number {
  const database = new DatabaseSync(it.path('tokens.db'))
  const { n } = database
    .prepare(`SELECT count(*) AS n FROM tokenward_records WHERE body LIKE '%"sealed"%'`)
    .get() as { n: number }
  database.close()
  return n
}

describe('erase', () => {
  test('revokes the user and empties the records; the second time there are none', async () => {
    const it = await sealedProject()
    await loginEach(it, ['Firefox', 'iPhone'])
    expect(sealedTexts(it)).toBe(4)
    const run = await it.run(['erase', '--subject', 'ada', '--yes'])
    expect(run.out).toMatch(/^Erased 4 records of subject ada; revoked at 2\S+Z\n$/)
    expect(run).toMatchObject({ exitCode: 0, err: 'Backups of the store keep what they have.\n' })
    expect(sealedTexts(it)).toBe(0)
    const again = ['erase', '--subject', 'ada', '--yes', ...STORE, '--issuer', ISSUER, '--json']
    expect((await it.run(again)).json).toEqual({ at: expect.any(Number), erased: 0 })
    const { out } = await it.run(['sessions', '--subject', 'ada', ...OLD_KEY])
    expect(out).toContain('revoked (subject)')
    expect(out).not.toContain('Firefox')
  })

  test('needs --yes where there is no terminal to ask on', async () => {
    const it = await sealedProject()
    await loginEach(it, ['Firefox'])
    const run = await it.run(['erase', '--subject', 'ada'], { input: 'y\n' })
    expect(run).toMatchObject({ exitCode: 2, out: '' })
    expect(run.err).toContain('add --yes')
    expect(sealedTexts(it)).toBe(2)
  })
})

describe('a confirmation on a terminal', () => {
  function terminalOf(streams: { readonly stdinIsTTY?: boolean; readonly isTTY?: boolean }) {
    const { stdinIsTTY = true, isTTY = true } = streams
    const stdin = Object.assign(new PassThrough(), { isTTY: stdinIsTTY })
    const screen = Object.assign(new PassThrough(), { isTTY, columns: 80 })
    const process = { stdin, stdout: screen, stderr: screen, env: {}, cwd: () => '.' }
    const { io } = new Terminal(process as unknown as NodeJS.Process)
    return { stdin, screen, confirm: io.confirm }
  }

  test.for([
    ['y\r', true],
    ['YES\r', true],
    ['\r', false],
    ['n\r', false],
    ['yo\r', false],
    ['y\u0003', false],
    ['\u0004', false],
  ] as const)('%j: %s', async ([typed, isConfirmed]) => {
    const { stdin, screen, confirm } = terminalOf({})
    const answer = confirm?.('Erase?')
    stdin.write(typed)
    expect(await answer).toBe(isConfirmed)
    expect(String(screen.read())).toContain('Erase? [y/N] ')
  })

  test('the end of the input is a no', async () => {
    const { stdin, confirm } = terminalOf({})
    const answer = confirm?.('Erase?')
    stdin.end()
    expect(await answer).toBe(false)
  })

  test.for([{ stdinIsTTY: false }, { isTTY: false }])('%j: there is none', (streams) => {
    expect(terminalOf(streams).confirm).toBe(null)
  })
})
