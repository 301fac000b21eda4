import { describe, expect, it } from 'vitest'
import { failedSteps, runDemo } from './run-demo.ts'

describe('the demo', () => {
  it('completes with every result as expected, and removes its files', async () => {
    const run = await runDemo()

    expect(run.errors).toBe('')
    expect(run.output).toContain('every result as expected.')
    expect(run.output).not.toMatch(/^ +\d+ NO /m)
    const unwrapped = run.output.replace(/\s+/g, ' ')
    for (const line of KEY_LINES) expect(unwrapped).toContain(line)
    expect(run.leftovers).toEqual([])
    expect(run.exitCode).toBe(0)
  })
})

const KEY_LINES = [
  "-> 'TOKENWARD_NOT_PREPARED'",
  "-> 'unsupported_token_type'",
  "-> { report1: 'active', report2: 'active', ada: 'active', bob: 'active' }",
  "ada: 'revoked (subject)'",
  "-> { bob: 'revoked (client)', report2: 'active' }",
  "-> { active: false, reason: 'revoked', decidedBy: 'issuer' }",
  '-> { active: true, retried: true, sameSuccessor: true }',
  "-> { active: false, reason: 'reused' }",
  'by process ',
  "-> { active: true, claims: { sub: 'dave', client_id: 'new phone' } }",
  "-> { active: true, claims: { sub: 'erin', role: 'reader' } }",
]

describe('the demo with a broken module', () => {
  it.each([
    [
      'ignores-revocations',
      'tokens.verify(bob), tokens.verify(report2)',
      'tokens.verify(dave.accessToken), here',
    ],
    [
      'accepts-everything',
      'tokens.verify(bob), tokens.verify(report2)',
      'tokens.verify(erin.accessToken), again',
    ],
    [
      'forks-sessions',
      'tokens.rotate(first.refreshToken), again',
      'tokens.rotate(first.refreshToken), by the thief',
    ],
  ])('that %s fails at: %s; %s', async (fault, ...steps) => {
    const module = new URL('./broken-tokenward.ts', import.meta.url).href
    const run = await runDemo([module], { TOKENWARD_DEMO_FAULT: fault })

    expect(run.errors).toBe('')
    expect(run.output).toContain('with unexpected results:')
    expect(failedSteps(run)).toEqual(expect.arrayContaining(steps))
    expect(run.leftovers).toEqual([])
    expect(run.exitCode).toBe(1)
  })
})
