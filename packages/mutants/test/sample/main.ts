// Judges the mutants of the sample in a process of its own, and prints the results.
import { join } from 'node:path'
import { instrument } from '../../src/core/instrument.ts'
import { judge } from '../../src/core/judge.ts'

const { file, code, mutants } = await instrument('limits.ts', import.meta.dirname)
const stage = {
  name: 'unit',
  files: new Map([['packages/mutants/test/sample/limits.sample.ts', '']]),
  slowestMs: 60_000,
}
const results = await judge(stage, mutants, new Map([[join(import.meta.dirname, file), code]]))
const shown = results.map(({ mutant: { key }, status }) => [key, status])
console.log(`RESULTS ${JSON.stringify(shown)}`)
