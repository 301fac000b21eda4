import { describe, expect, test } from 'vitest'
import { apply, mutateStatements } from '../src/statements/mutate.ts'

function changes(content: string, language: 'sql' | 'lua'): readonly string[] {
  return mutateStatements('statements.ts', content, language).map((mutant) =>
    apply(mutant, content).replaceAll('`', ''),
  )
}

describe('of SQL', () => {
  test('a condition is dropped, and keeps its parameter', () => {
    expect(changes('`DELETE FROM t WHERE a = ? AND b <= ?`', 'sql')).toEqual(
      expect.arrayContaining([
        'DELETE FROM t WHERE (a = ? OR 1 = 1) AND b <= ?',
        'DELETE FROM t WHERE a = ? AND (b <= ? OR 1 = 1)',
      ]),
    )
  })

  test('a comparison and an order are turned', () => {
    expect(changes('`SELECT a FROM t WHERE b <= ? ORDER BY a DESC LIMIT 1`', 'sql')).toEqual(
      expect.arrayContaining([
        'SELECT a FROM t WHERE b < ? ORDER BY a DESC LIMIT 1',
        'SELECT a FROM t WHERE b >= ? ORDER BY a DESC LIMIT 1',
        'SELECT a FROM t WHERE b <= ? ORDER BY a ASC LIMIT 1',
        'SELECT a FROM t WHERE b <= ? ORDER BY a DESC LIMIT (1 + 1)',
      ]),
    )
  })

  test('parameters, names and comments are not changed', () => {
    expect(changes('// `SELECT 1`\n`SELECT $1 FROM t2`', 'sql')).toEqual([])
  })

  test('a statement inside of another is changed once', () => {
    const turned = changes(`\`SELECT a FROM (\${f(\`SELECT b WHERE c > 7\`)})\``, 'sql')
    expect(turned.filter((text) => text.includes('c >= 7'))).toHaveLength(1)
  })
})

describe('of Lua', () => {
  test('a condition is decided, and a unit is changed', () => {
    const script = "`if redis.call('TIME')[1] * 1000 >= x then return 0 end`"
    expect(changes(script, 'lua')).toEqual(
      expect.arrayContaining([
        'if true then return 0 end',
        'if false then return 0 end',
        "if redis.call('TIME')[1] >= x then return 0 end",
        "if redis.call('TIME')[1] * 1000 > x then return 0 end",
        "if redis.call('TIME')[1] * 1000 >= x then return 1 end",
      ]),
    )
  })

  test('a command is left out', () => {
    expect(changes("`\nredis.call('DEL', KEYS[1])\nreturn 1`", 'lua')).toContain('\n\nreturn 1')
  })
})
