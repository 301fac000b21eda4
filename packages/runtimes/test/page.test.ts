import { expect, test } from 'vitest'
import { matrix } from '../src/page.ts'
import { resultOf } from '../src/run-result.ts'

const output = [
  'case {"name":"a","status":"passed","ms":1}',
  'case {"name":"b","status":"failed","reason":"no `gc` | here\\nTo repeat","ms":1}',
  'case {"name":"c","status":"not-run","reason":"no server","ms":0}',
  'something that a driver prints',
].join('\n')

test('the matrix has a row for each runtime, and names what has failed', () => {
  const [bun, node] = [
    { runtime: 'bun', title: 'Bun 1.4.5', rounds: 6 },
    { runtime: 'node24', title: 'Node 24.21.0', rounds: 6 },
  ] as const
  const text = matrix([
    { ...bun, adapter: 'memory', ...resultOf(output, '') },
    { ...node, adapter: 'memory', ...resultOf(output, '') },
    { ...bun, adapter: 'redis', ...resultOf('', 'exit code 1\nstack') },
  ])
  expect(text).toBe(`| | memory | redis |
| --- | --- | --- |
| Node 24.21.0 | 1 passed, **1 failed**, 1 not run | not tried |
| Bun 1.4.5 | 1 passed, **1 failed**, 1 not run | 0 passed, **ended early** |

What has failed:

- Bun 1.4.5, memory, \`b\`: no  gc    here
- Node 24.21.0, memory, \`b\`: no  gc    here
- Bun 1.4.5, redis: exit code 1`)
})
