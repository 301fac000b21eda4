import { describe, expect, it } from 'vitest'
import { DemoAborted, StepRunner } from '../src/steps/step-runner.ts'

function createRunner(): { runner: StepRunner; lines: string[] } {
  const lines: string[] = []
  return { runner: new StepRunner((line) => lines.push(line)), lines }
}

const RESULT = { active: true, claims: { sub: 'ada', iat: 1 }, list: [1, 2] }

describe('a step', () => {
  it.each([
    ['some properties', { active: true, claims: { sub: 'ada' } }],
    ['a whole array', { list: [1, 2] }],
  ])('passes if the result has %s', async (_name, expected) => {
    const { runner } = createRunner()
    await runner.step({ code: 'code', call: () => RESULT, expected, why: 'why' })
    expect(runner.allPassed).toBe(true)
  })

  it.each([
    ['another value', { active: false }],
    ['another nested value', { claims: { sub: 'bob' } }],
    ['more items in an array', { list: [1] }],
    ['no such property', { reason: 'revoked' }],
  ])('fails if the result has %s, and the demo continues', async (_name, expected) => {
    const { runner, lines } = createRunner()
    const call = (): object => RESULT
    await runner.step<object>({ code: 'code', call, expected, why: 'why' })
    runner.printSummary({ isComplete: true, seconds: 1 })
    expect(runner.allPassed).toBe(false)
    expect(lines[0]).toBe('   1 NO  code')
    expect(lines.slice(-2)).toEqual([
      '1 steps in 1.0 s, 1 with unexpected results:',
      '  step 1, code',
    ])
  })

  it('that throws aborts the demo, and the summary has the error', async () => {
    const { runner, lines } = createRunner()
    const call = (): never => {
      throw new Error('timed out')
    }
    const step = runner.step<string>({ code: 'code', call, expected: '', why: 'why' })
    await expect(step).rejects.toThrow(DemoAborted)
    runner.printSummary({ isComplete: false, seconds: 1 })
    expect(runner.allPassed).toBe(false)
    expect(lines).toContain('The demo was aborted.')
    expect(lines.at(-1)).toBe('  step 1, code: Error: timed out')
  })

  it('is printed with the call, the result and the reason, in at most 96 columns', async () => {
    const { runner, lines } = createRunner()
    const why = 'because '.repeat(40).trim()
    await runner.step({ code: 'code', call: () => 'yes', expected: 'yes', why })
    expect(lines.slice(0, 2)).toEqual(['   1 ok  code', "         -> 'yes'"])
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(96)
    expect(lines.join(' ').match(/because/g)).toHaveLength(40)
  })
})

it('the summary of an incomplete demo does not report success', async () => {
  const { runner, lines } = createRunner()
  await runner.step({ code: 'code', call: () => 'yes', expected: 'yes', why: 'why' })
  runner.printSummary({ isComplete: false, seconds: 1 })
  expect(lines.at(-1)).toBe('The demo was aborted.')
})
