import { describe, expect, it } from 'vitest'
import { brokenSteps, runDemo } from './run-demo.ts'

describe('the demo', () => {
  it('tells the whole story, every answer as promised, and leaves nothing behind', async () => {
    const run = await runDemo()

    expect(run.errors).toBe('')
    expect(run.output).toContain('every answer was the promised one.')
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

describe('the demo on a broken instance', () => {
  // Each fault must be told by the steps that are there for it.
  it.each([
    [
      'forgets-revocations',
      'instance.verify(bob), instance.verify(report2)',
      'instance.verify(dave.accessToken), here',
    ],
    [
      'accepts-everything',
      'instance.verify(bob), instance.verify(report2)',
      'instance.verify(erin.accessToken), again',
    ],
    [
      'forks-sessions',
      'instance.rotate(login.refreshToken), again',
      'instance.rotate(login.refreshToken), by the thief',
    ],
  ])('that %s fails at: %s; %s', async (fault, ...steps) => {
    const module = new URL('./broken-instance.ts', import.meta.url).href
    const run = await runDemo([module], { TOKENWARD_DEMO_BROKEN: fault })

    expect(run.errors).toBe('')
    expect(run.output).toContain('not as promised:')
    expect(brokenSteps(run)).toEqual(expect.arrayContaining(steps))
    expect(run.leftovers).toEqual([])
    expect(run.exitCode).toBe(1)
  })
})
