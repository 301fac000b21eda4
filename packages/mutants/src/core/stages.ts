import { digestOfFolders } from '../digest.ts'
import { repositoryRoot } from '../paths.ts'

/** Tests that judge together: first the quick ones, then the suite on what they let live. */
export interface Stage {
  readonly name: 'unit' | 'suite'
  readonly include: readonly string[]
  /** Tests that take longer are left out. */
  readonly slowestMs: number
  /** Changes with the tests and with the sources. */
  readonly digest: string
}

export function unitStage(tests: readonly string[], slowestMs: number): Stage {
  const names = tests.length === 0 ? ['**/*'] : tests
  return {
    name: 'unit',
    include: names.map((name) => `packages/core/test/${name}.test.ts`),
    slowestMs,
    digest: digestOfFolders(repositoryRoot, ['packages/core/src', 'packages/core/test']),
  }
}

export function suiteStage(): Stage {
  return {
    name: 'suite',
    include: ['packages/memory/test/conformance.test.ts'],
    slowestMs: 10_000,
    digest: digestOfFolders(repositoryRoot, [
      'packages/core/src',
      'packages/conformance/src',
      'packages/memory/src',
      'packages/memory/test',
    ]),
  }
}
