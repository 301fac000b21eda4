import { describe, expect, test } from 'vitest'
import { findCommand } from '../src/arguments/parse.ts'
import { takesValue } from '../src/arguments/spec.ts'
import { COMMANDS } from '../src/commands/all.ts'
import { project, STORE } from './support/project.ts'

const TABLE = { store: { value: 'URL', help: '' }, json: { help: '' }, help: { help: '' } } as const

describe('findCommand() splits the command from its options', () => {
  test.for([
    [['list', '--json'], 'list', ['--json']],
    [['--store', 'sqlite:x.db', 'doctor'], 'doctor', ['--store', 'sqlite:x.db']],
    [['--store=x.db', '--json', 'list', '-'], 'list', ['--store=x.db', '--json', '-']],
    [['-h', 'list'], 'list', ['-h']],
    [['list', '--unknown', 'x'], 'list', ['--unknown', 'x']],
    [['--store', 'list'], null, ['--store', 'list']],
    [['--json', '--', 'list'], 'list', ['--json', '--']],
    [['--', '--json'], '--json', ['--']],
    [[], null, []],
  ] as const)('%j', ([args, name, rest]) => {
    expect(findCommand(args, TABLE)).toEqual({ name, rest })
  })

  test.for([[['--sbject', 'ada', 'list']], [['-x', 'list']], [['--sbject']]])(
    'an unknown option before the command is refused: %j',
    ([args]) => {
      expect(() => findCommand(args ?? [], TABLE)).toThrow(/^Unknown option -/)
    },
  )
})

test('an option takes a value in all commands or in none', () => {
  const kinds = new Map<string, Set<boolean>>()
  for (const [name, spec] of COMMANDS.flatMap(({ options }) => Object.entries(options))) {
    kinds.set(name, (kinds.get(name) ?? new Set()).add(takesValue(spec)))
  }
  expect([...kinds].filter(([, { size }]) => size > 1)).toEqual([])
})

test('options may come before or after the command', async () => {
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
    err: expect.stringContaining('No command: use one of migrate'),
  })
  expect((await it.run(['--json', '--version'])).json).toMatchObject({
    version: expect.any(String),
  })
})
