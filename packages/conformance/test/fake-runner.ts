import type { Runner, TestBody } from '../src/suite/runner.ts'

export interface Result {
  readonly status: 'passed' | 'failed' | 'skipped'
  readonly note?: string | undefined
}

/** A runner that runs on demand, so that a test can inspect the results of the cases. */
export class FakeRunner implements Runner {
  readonly results: Map<string, Result> = new Map()
  readonly #tests = new Map<string, TestBody>()
  readonly #first: (() => Promise<void>)[] = []
  readonly #last: (() => Promise<void>)[] = []

  describe(_name: string, body: () => void): void {
    body()
  }

  test(name: string, _: { timeout: number }, body: TestBody): void {
    this.#tests.set(name, body)
  }

  beforeAll(body: () => Promise<void>): void {
    this.#first.push(body)
  }

  afterAll(body: () => Promise<void>): void {
    this.#last.push(body)
  }

  async run(): Promise<void> {
    for (const hook of this.#first) await hook()
    for (const [name, body] of this.#tests) this.results.set(name, await outcomeOf(body))
    for (const hook of this.#last) await hook()
  }
}

async function outcomeOf(body: TestBody): Promise<Result> {
  let note: string | undefined
  let status: Result['status'] = 'passed'
  const skip = (reason?: string) => {
    status = 'skipped'
    note = reason
  }
  try {
    await body({ skip })
  } catch (error) {
    return { status: 'failed', note: String(error) }
  }
  return { status, note }
}
