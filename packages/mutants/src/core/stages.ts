import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { digestOf, digestOfFiles } from '../digest.ts'
import { repositoryRoot } from '../paths.ts'

/** Tests that judge together: first the quick ones, then the suite on what they let live. */
export interface Stage {
  readonly name: string
  /** Test files, relative to the repository, each with a digest that changes with what it runs. */
  readonly files: ReadonlyMap<string, string>
  /** Tests that take longer are left out. */
  readonly slowestMs: number
}

export function unitStage(names: readonly string[], slowestMs: number): Stage {
  const wanted = names.length === 0 ? ['**/*'] : names
  const patterns = wanted.map((name) => `packages/core/test/${name}.test.ts`)
  const tests = globSync(patterns, { cwd: repositoryRoot })
  const helpers = filesIn('packages/core/test').filter((file) => !file.endsWith('.test.ts'))
  return { name: 'unit', files: withDigests(tests, helpers), slowestMs }
}

/** A case of the suite makes many calls: it may take ten times as long as a unit test. */
export function suiteStage(slowestMs: number): Stage {
  const tests = ['packages/memory/test/conformance.test.ts']
  const folders = ['packages/conformance/src', 'packages/memory/src', 'packages/memory/test']
  return {
    name: 'suite',
    files: withDigests(tests, folders.flatMap(filesIn)),
    slowestMs: 10 * slowestMs,
  }
}

function filesIn(folder: string): readonly string[] {
  return globSync(`${folder}/**/*.ts`, { cwd: repositoryRoot })
}

function withDigests(tests: readonly string[], helpers: readonly string[]): Map<string, string> {
  const shared = digestOfFiles(repositoryRoot, helpers)
  const textOf = (file: string) => readFileSync(join(repositoryRoot, file), 'utf8')
  return new Map(tests.toSorted().map((file) => [file, digestOf(shared, textOf(file))]))
}
