import { indented, paragraph } from './layout.ts'
import type { PartOf } from './promise.ts'
import { inWords, isKept, promisedPart } from './promise.ts'

export interface Step<A> {
  /** The call, as a reader would write it. */
  readonly ask: string
  readonly call: () => A | Promise<A>
  /** What the answer must say, whatever else it says. */
  readonly promise: PartOf<A>
  /** Why it is the right answer. */
  readonly why: string
  /** More of the answer, for the reader. */
  readonly show?: (answer: NoInfer<A>) => readonly string[]
}

/** Tells steps one after the other, and holds each answer against what was promised of it. */
export class Story {
  readonly #print: (line: string) => void
  readonly #broken: string[] = []
  #chapters = 0
  #steps = 0

  constructor(print: (line: string) => void) {
    this.#print = print
  }

  /** Every answer so far was the promised one. */
  get kept(): boolean {
    return this.#broken.length === 0
  }

  chapter(title: string): void {
    this.#chapters += 1
    this.#print(`\n${this.#chapters}. ${title}\n`)
  }

  say(text: string): void {
    this.#paragraph(`${text}\n`)
  }

  /** Tells one step. A wrong answer is marked and the story goes on; an error ends it. */
  async step<A>({ ask, call, promise, why, show }: Step<A>): Promise<A> {
    this.#steps += 1
    const answer = await this.#ask(ask, call)
    const kept = isKept(answer, promise)
    this.#print(this.#heading(kept ? 'ok' : 'NO', ask))
    this.#paragraph(inWords(promisedPart(answer, promise)), '-> ')
    if (!kept) this.#paragraph(`promised: ${inWords(promise)}`, '!= ')
    for (const line of show?.(answer) ?? []) this.#print(indented(line))
    this.#paragraph(`${why}\n`)
    if (!kept) this.#broken.push(`step ${this.#steps}, ${ask}`)
    return answer
  }

  /** The last word: how much was told, and which steps were not as promised. */
  end(toldToTheEnd: boolean, seconds: number): void {
    const length = `${this.#steps} steps in ${seconds.toFixed(1)} s`
    if (!toldToTheEnd) this.#print('The story could not go on.')
    if (!this.kept) this.#print(`${length}: ${this.#broken.length} not as promised:`)
    else if (toldToTheEnd) this.#print(`${length}: every answer was the promised one.`)
    for (const broken of this.#broken) this.#print(`  ${broken}`)
  }

  async #ask<A>(ask: string, call: () => A | Promise<A>): Promise<A> {
    try {
      return await call()
    } catch (error) {
      this.#print(this.#heading('NO', ask))
      this.#paragraph(`${error}\n`, '!! ')
      this.#broken.push(`step ${this.#steps}, ${ask}: ${error}`)
      throw new StoryCannotGoOn(ask, { cause: error })
    }
  }

  #paragraph(text: string, lead?: string): void {
    for (const line of paragraph(text, lead)) this.#print(line)
  }

  #heading(mark: string, ask: string): string {
    return `${String(this.#steps).padStart(4)} ${mark}  ${ask}`
  }
}

/** What the next steps build on is missing; the step that told it was printed. */
export class StoryCannotGoOn extends Error {
  override readonly name = 'StoryCannotGoOn'
}
