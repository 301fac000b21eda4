import { describe, expect, test } from 'vitest'
import { locateCommand } from '../src/arguments/locate.ts'
import { takesValue } from '../src/arguments/options.ts'
import { COMMANDS } from '../src/commands/all.ts'
import { project, STORE } from './support/project.ts'

const TABLE = { store: { value: 'URL', help: '' }, json: { help: '' }, help: { help: '' } } as const

describe('the command is found', () => {
  test.for([
    [['list', '--json'], 'list', ['--json']],
    [['--store', 'sqlite:x.db', 'doctor'], 'doctor', ['--store', 'sqlite:x.db']],
    [['--store=x.db', '--json', 'list', '-'], 'list', ['--store=x.db', '--json', '-']],
    [['-h', 'list'], 'list', ['-h']],
    [['list', '--unknown', 'x'], 'list', ['--unknown', 'x']],
    [['--store', 'list'], null, ['--store', 'list']],
    [[], null, []],
  ] as const)('%j', ([args, name, rest]) => {
    expect(locateCommand(args, TABLE)).toEqual({ name, rest })
  })

  test.for([[['--sbject', 'ada', 'list']], [['-x', 'list']], [['--sbject']]])(
    'not behind an unknown option: %j',
    ([args]) => {
      expect(() => locateCommand(args ?? [], TABLE)).toThrow(/^Unknown option -/)
    },
  )
})

test('an option takes a value in every command or in none', () => {
  const kinds = new Map<string, Set<boolean>>()
  for (const [name, spec] of COMMANDS.flatMap(({ options }) => Object.entries(options))) {
    kinds.set(name, (kinds.get(name) ?? new Set()).add(takesValue(spec)))
  }
  expect([...kinds].filter(([, { size }]) => size > 1)).toEqual([])
})

test('options may come before the command and after it', async () => {
  const it = await project()
  const [store, file, ...pepper] = STORE as [string, string, ...string[]]
  expect(await it.run([store, file, 'migrate', ...pepper])).toMatchObject({ exitCode: 0, err: '' })
  for (const args of [
    [...STORE, '--json', 'doctor'],
    [store, file, 'doctor', ...pepper, '--json'],
  ]) {
    expect(await it.run(args)).toMatchObject({ exitCode: 0, json: { ok: true } })
  }
  const help = await it.run(['--store', 'x.db', 'revoke', '--help'])
  expect(help.out).toContain('tokenward revoke')
  expect((await it.run(['--json', 'help', 'revoke'])).json).toMatchObject({
    help: expect.arrayContaining([expect.stringContaining('tokenward revoke')]),
  })
  expect(await it.run(STORE)).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining('A command is needed'),
  })
  expect((await it.run(['--json', '--version'])).json).toMatchObject({
    version: expect.any(String),
  })
})
