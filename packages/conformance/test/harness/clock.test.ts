import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { untilInstant } from '../../src/harness/clock.ts'

test('to wait for an instant that is past resolves, without a warning of Node', async () => {
  const warnings: string[] = []
  const listen = ({ name, message }: Error) => warnings.push(`${name}: ${message}`)
  process.on('warning', listen)
  await untilInstant(Date.now() - 3)
  await nextTurn()
  process.removeListener('warning', listen)
  expect(warnings).toEqual([])
})
