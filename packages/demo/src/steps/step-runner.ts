import type { PartOf } from './expectation.ts'
import { expectedPart, formatValue, meetsExpectation } from './expectation.ts'
import { indented, paragraph } from './layout.ts'

/** One call, and the result that it must have. */
export interface Step<Result> {
  /** The call as it is printed. */
  readonly code: string
  readonly call: () => Result | Promise<Result>
  /** The properties that the result must have. It may have others. */
  readonly expected: PartOf<Result>
  /** Why this is the right result. */
  readonly why: string
  /** More lines to print about the result. */
  readonly details?: (result: NoInfer<Result>) => readonly string[]
}

export interface Outcome {
  /** Whether every chapter was run. */
  readonly isComplete: boolean
  readonly seconds: number
}

/** Runs steps, prints them, and compares each result with the expected one. */
export class StepRunner {
  readonly #print: (line: string) => void
  readonly #failures: string[] = []
  #chapterCount = 0
  #stepCount = 0

  constructor(print: (line: string) => void) {
    this.#print = print
  }

  /** Whether every result so far was the expected one. */
  get allPassed(): boolean {
    return this.#failures.length === 0
  }

  chapter(title: string): void {
    this.#chapterCount += 1
    this.#print(`\n${this.#chapterCount}. ${title}\n`)
  }

  note(text: string): void {
    this.#printParagraph(`${text}\n`)
  }

  /**
   * Runs one step. After an unexpected result the demo continues.
   * @throws DemoAborted if the call throws
   */
  async step<Result>({ code, call, expected, why, details }: Step<Result>): Promise<Result> {
    this.#stepCount += 1
    const result = await this.#call(code, call)
    const passed = meetsExpectation(result, expected)
    this.#print(this.#heading(passed ? 'ok' : 'NO', code))
    this.#printParagraph(formatValue(expectedPart(result, expected)), '-> ')
    if (!passed) this.#printParagraph(`expected: ${formatValue(expected)}`, '!= ')
    for (const line of details?.(result) ?? []) this.#print(indented(line))
    this.#printParagraph(`${why}\n`)
    if (!passed) this.#failures.push(`step ${this.#stepCount}, ${code}`)
    return result
  }

  /** Prints the number of steps, and those that failed. */
  printSummary({ isComplete, seconds }: Outcome): void {
    const steps = `${this.#stepCount} steps in ${seconds.toFixed(1)} s`
    if (!isComplete) this.#print('The demo was aborted.')
    if (!this.allPassed) this.#print(`${steps}, ${this.#failures.length} with unexpected results:`)
    else if (isComplete) this.#print(`${steps}, every result as expected.`)
    for (const failure of this.#failures) this.#print(`  ${failure}`)
  }

  async #call<Result>(code: string, call: () => Result | Promise<Result>): Promise<Result> {
    try {
      return await call()
    } catch (error) {
      this.#print(this.#heading('NO', code))
      this.#printParagraph(`${error}\n`, '!! ')
      this.#failures.push(`step ${this.#stepCount}, ${code}: ${error}`)
      throw new DemoAborted(code, { cause: error })
    }
  }

  #printParagraph(text: string, prefix?: string): void {
    for (const line of paragraph(text, prefix)) this.#print(line)
  }

  #heading(mark: string, code: string): string {
    return `${String(this.#stepCount).padStart(4)} ${mark}  ${code}`
  }
}

/** A step failed whose result the next steps need. The failed step was printed. */
export class DemoAborted extends Error {
  override readonly name = 'DemoAborted'
}
