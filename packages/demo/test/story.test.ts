import { describe, expect, it } from 'vitest'
import { Story, StoryCannotGoOn } from '../src/story/story.ts'

function record(): { story: Story; lines: string[] } {
  const lines: string[] = []
  return { story: new Story((line) => lines.push(line)), lines }
}

const ANSWER = { active: true, claims: { sub: 'ada', iat: 1 }, list: [1, 2] }

describe('a step', () => {
  it.each([
    ['a part of it', { active: true, claims: { sub: 'ada' } }],
    ['an array as a whole', { list: [1, 2] }],
  ])('keeps a promise of %s', async (_name, promise) => {
    const { story } = record()
    await story.step({ ask: 'ask', call: () => ANSWER, promise, why: 'why' })
    expect(story.kept).toBe(true)
  })

  it.each([
    ['another value', { active: false }],
    ['another value, deeper', { claims: { sub: 'bob' } }],
    ['a part of an array', { list: [1] }],
    ['a member that is not there', { reason: 'revoked' }],
  ])('breaks a promise of %s, says so, and lets the story go on', async (_name, promise) => {
    const { story, lines } = record()
    const call = (): object => ANSWER
    await story.step<object>({ ask: 'ask', call, promise, why: 'why' })
    story.end(true, 1)
    expect(story.kept).toBe(false)
    expect(lines[0]).toBe('   1 NO  ask')
    expect(lines.slice(-2)).toEqual(['1 steps in 1.0 s: 1 not as promised:', '  step 1, ask'])
  })

  it('that throws ends the story, and is told', async () => {
    const { story, lines } = record()
    const call = (): never => {
      throw new Error('no answer')
    }
    const step = story.step<string>({ ask: 'ask', call, promise: '', why: 'why' })
    await expect(step).rejects.toThrow(StoryCannotGoOn)
    story.end(false, 1)
    expect(story.kept).toBe(false)
    expect(lines).toContain('The story could not go on.')
    expect(lines.at(-1)).toBe('  step 1, ask: Error: no answer')
  })

  it('before the end is not enough', async () => {
    const { story, lines } = record()
    await story.step({ ask: 'ask', call: () => 'yes', promise: 'yes', why: 'why' })
    story.end(false, 1)
    expect(lines.at(-1)).toBe('The story could not go on.')
  })

  it('stays within 96 columns, and shows what was asked, the answer and why', async () => {
    const { story, lines } = record()
    const why = 'because '.repeat(40).trim()
    await story.step({ ask: 'ask', call: () => 'yes', promise: 'yes', why })
    expect(lines.slice(0, 2)).toEqual(['   1 ok  ask', "         -> 'yes'"])
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(96)
    expect(lines.join(' ').match(/because/g)).toHaveLength(40)
  })
})
