import type { Reporter, TestModule, Vitest } from 'vitest/node'

/** Fails a run whose `-t` matches no test: it would say how many were skipped, and end as if all were well. */
export class Matched implements Reporter {
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

/** A test that skips itself did match; a module that failed has said so. */
function hasMatch(module: TestModule): boolean {
  const isWrong = module.state() === 'failed'
  return isWrong || [...module.children.allTests()].some(({ options }) => options.mode !== 'skip')
}
