import type { Reporter, TestModule, Vitest } from 'vitest/node'

/** Fails a run whose `-t` matches no test: Vitest would skip all of them and exit with 0. */
export class FailWithoutMatch implements Reporter {
  #pattern: RegExp | undefined

  onInit({ config }: Vitest): void {
    this.#pattern = config.testNamePattern
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    if (this.#pattern === undefined || modules.some(hasMatch)) return
    process.exitCode = 1
    console.error(`\n-t ${this.#pattern.source} matches no test.`)
  }
}

/** A test that skips itself did match. A module that failed is reported by Vitest already. */
function hasMatch(module: TestModule): boolean {
  const hasFailed = module.state() === 'failed'
  return hasFailed || [...module.children.allTests()].some(({ options }) => options.mode !== 'skip')
}
