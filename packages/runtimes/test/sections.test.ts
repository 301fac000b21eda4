import { expect, test } from 'vitest'
import { trialSection } from '../src/requests/table.ts'
import type { Column } from '../src/results.ts'
import { driversSection, memorySection } from '../src/sections.ts'
import { essence } from '../src/words.ts'

const column = (title: string, adapter: string, reasons: Readonly<Record<string, string>>) => ({
  ...{ runtime: 'bun', title, adapter, rounds: 1, problem: '' },
  outcomes: Object.entries(reasons).map(([name, reason]) => ({
    ...{ name, ms: 1, reason },
    status: reason === '' ? 'passed' : 'not-run',
  })),
})

test('cases that are left out for one reason share a line, which names the runtime unless all do', () => {
  const columns = [
    column('Bun 1', 'memory', { a: '', b: 'no server', c: 'no server', d: 'no `gc`' }),
    column('Deno 2', 'memory', { a: '', b: 'no server', c: 'no server', d: '' }),
  ] as Column[]
  const text = memorySection(columns)
  expect(text).toContain('all 4 cases of the suite about the engine, in one round each')
  expect(text.split('\n').slice(-2)).toEqual(['- `b`, `c`: no server', '- `d`: no  gc  (Bun 1)'])
})

test('a store that did not open is named, and one that did with its durability', () => {
  const opened = { server: 'redis 8', store: { durability: 'durable', findings: ['aof-off'] } }
  const columns = [
    { ...column('Bun 1', 'redis', { a: '' }), ...opened },
    { ...column('Deno 2', 'sqlite', {}), server: 'a file' },
  ] as Column[]
  const text = driversSection(columns)
  expect(text).toContain('- redis on redis 8, Bun 1: `durable`, findings `aof-off`.')
  expect(text).toContain('- sqlite on a file, Deno 2: it did not open.')
})

test('the causes of a failure are kept', () => {
  const text = essence(
    'The store failed.\n    at a\ncaused by: Error: too many\n    at b\nTo repeat',
  )
  expect(text).toBe('The store failed.; caused by: Error: too many')
  const ofDeno = 'exit code 1\nerror: Uncaught TypeError: no function\n    at c'
  expect(essence(ofDeno)).toBe('exit code 1; error: Uncaught TypeError: no function')
})

test('a trial of shared instances names its setting, and what failed', () => {
  const trial = {
    title: 'workerd 1',
    batch: 'turn',
    action: 'verify',
    oneLeaves: false,
    ...{ pairs: 6, answered: 5, calls: 7, errors: ['hung <code>'], outside: null },
  } as const
  const text = trialSection([trial])
  expect(text).toContain('| `turn` | `verify` | 5 of 6 | 7 |')
  expect(text).toContain('- `turn`, `verify`: hung  code ')
})
