import { run } from './run.ts'
import { DemoAborted, StepRunner } from './steps/step-runner.ts'

const startedAt = performance.now()
const runner = new StepRunner(console.log)
let isComplete = false
try {
  await run(runner, process.argv[2])
  isComplete = true
} catch (error) {
  if (!(error instanceof DemoAborted)) throw error
} finally {
  runner.printSummary({ isComplete, seconds: (performance.now() - startedAt) / 1000 })
  process.exitCode = isComplete && runner.allPassed ? 0 : 1
}
