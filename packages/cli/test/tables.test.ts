import { describe, expect, test } from 'vitest'
import { GENERAL } from '../src/arguments/options.ts'
import { COMMANDS } from '../src/commands/all.ts'
import { helpOf, overview } from '../src/help.ts'
import { styleFor } from '../src/output/style.ts'

const plain = styleFor(false)

test('the commands are those that are promised, each told in the overview', () => {
  const names = COMMANDS.map(({ name }) => name)
  expect(names).toEqual(['migrate', 'doctor', 'keygen', 'list', 'explain', 'revoke', 'prune'])
  const lines = overview(COMMANDS, plain).join('\n')
  for (const { name, summary } of COMMANDS) expect(lines).toContain(`${name.padEnd(7)}  ${summary}`)
})

describe.for(COMMANDS.map((each) => [each.name, each] as const))('%s', ([name, each]) => {
  const table: Readonly<Record<string, object>> = { ...each.options, ...GENERAL }

  test('its help has every option and every call', () => {
    const help = helpOf(each, plain)
    for (const option of Object.keys(table)) {
      expect(help.filter((line) => line.startsWith(`  --${option} `))).toHaveLength(1)
    }
    for (const usage of each.usage) expect(help).toContain(`  tokenward ${name} ${usage}`.trimEnd())
  })

  test('its calls name options that there are', () => {
    const named = each.usage.flatMap((line) => [...line.matchAll(/--([a-z-]+)/g)])
    expect(named.map(([, option]) => option).filter((option = '') => !(option in table))).toEqual(
      [],
    )
  })

  test('its options are explained', () => {
    expect(Object.values(table).filter((spec) => !Reflect.get(spec, 'help'))).toEqual([])
  })
})
