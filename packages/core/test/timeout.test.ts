import { expect, onTestFinished, test } from 'vitest'
import { afterDeadline } from '../src/store/timeout.ts'

test('a deadline that is past already ends in the next turns, without a warning', async () => {
  const warnings: Error[] = []
  const listen = (warning: Error) => void warnings.push(warning)
  process.on('warning', listen)
  onTestFinished(() => void process.off('warning', listen))
  await new Promise<void>((resolve) => void afterDeadline(-1, resolve))
  expect(warnings).toEqual([])
})
