/** The context of a running test; `vitest` and `node:test` both have it. */
export interface TestContext {
  skip(note?: string): void
}

export type TestBody = (context: TestContext) => Promise<void>

/** A test runner: `import * as runner from 'vitest'`, or from `'node:test'`. */
export interface Runner {
  describe(name: string, body: () => void): unknown
  test?(name: string, options: { timeout: number }, body: TestBody): unknown
  it?(name: string, options: { timeout: number }, body: TestBody): unknown
  beforeAll?(body: () => Promise<void>, timeout: number): unknown
  afterAll?(body: () => Promise<void>, timeout: number): unknown
  before?(body: () => Promise<void>, options: { timeout: number }): unknown
  after?(body: () => Promise<void>, options: { timeout: number }): unknown
}

/** Starting a server in a container takes time, and building its image takes longer. ms */
const HOOK_TIMEOUT = 1_800_000

export interface Hooks {
  describe(name: string, body: () => void): void
  test(name: string, timeout: number, body: TestBody): void
  first(body: () => Promise<void>): void
  last(body: () => Promise<void>): void
}

/** The common interface of both runners. */
export function hooksOf(runner: Runner): Hooks {
  if (!runner.test && !runner.it) throw new TypeError('runner: needs `test` or `it`')
  return {
    describe: (name, body) => void runner.describe(name, body),
    test: (name, timeout, body) =>
      void (runner.test
        ? runner.test(name, { timeout }, body)
        : runner.it?.(name, { timeout }, body)),
    first: (body) =>
      void (runner.beforeAll
        ? runner.beforeAll(body, HOOK_TIMEOUT)
        : runner.before?.(body, { timeout: HOOK_TIMEOUT })),
    last: (body) =>
      void (runner.afterAll
        ? runner.afterAll(body, HOOK_TIMEOUT)
        : runner.after?.(body, { timeout: HOOK_TIMEOUT })),
  }
}
