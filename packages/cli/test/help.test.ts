import { describe, expect, test } from 'vitest'
import { parse } from '../src/arguments/parse.ts'
import { GENERAL, type OptionTable } from '../src/arguments/spec.ts'
import { COMMANDS } from '../src/commands/all.ts'
import { commandHelp, overview } from '../src/help.ts'
import { styleFor } from '../src/output/style.ts'

const plain = styleFor(false)

test('the overview lists every command', () => {
  const names = COMMANDS.map(({ name }) => name)
  expect(names).toEqual([
    'migrate',
    'doctor',
    'keygen',
    'list',
    'sessions',
    'explain',
    'revoke',
    'prune',
    'reseal',
    'erase',
    'export',
    'import',
  ])
  const lines = overview(COMMANDS, plain).join('\n')
  for (const { name, summary } of COMMANDS) expect(lines).toContain(`${name.padEnd(8)}  ${summary}`)
})

describe.for(COMMANDS.map((each) => [each.name, each] as const))('%s', ([name, each]) => {
  const table: Readonly<Record<string, object>> = { ...each.options, ...GENERAL }

  test('the help has every option, usage and example', () => {
    const help = commandHelp(each, plain)
    for (const option of Object.keys(table)) {
      expect(help.filter((line) => line.startsWith(`  --${option} `))).toHaveLength(1)
    }
    expect(each.examples).not.toHaveLength(0)
    for (const call of [...each.usage, ...each.examples]) {
      expect(help).toContain(`  tokenward ${name} ${call}`.trimEnd())
    }
  })

  test('the usage has only options that exist', () => {
    const named = each.usage.flatMap((line) => [...line.matchAll(/--([a-z-]+)/g)])
    expect(named.map(([, option]) => option).filter((option = '') => !(option in table))).toEqual(
      [],
    )
  })

  test.for(each.examples.map((line) => [line] as const))(
    'the example "%s" can be parsed',
    ([line]) => {
      const [call = ''] = line.split(' < ')
      const args = call.match(/'[^']*'|\S+/g) ?? []
      const { operands } = parse(args, table as OptionTable, name)
      expect(operands).toEqual(line.includes(' < ') ? ['-'] : [])
    },
  )

  test('every option has a help text', () => {
    expect(Object.values(table).filter((spec) => !Reflect.get(spec, 'help'))).toEqual([])
  })
})
