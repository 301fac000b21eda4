#!/usr/bin/env node
import { EXIT } from './exit-code.ts'
import { failureLines } from './output/failure.ts'
import { Terminal } from './output/terminal.ts'
import { run } from './run.ts'

const terminal = new Terminal(process)
const end = (exitCode: number): void => void terminal.end(exitCode)

// Until there is a result: Node's own exit codes would mean "inactive" or "success".
process.exitCode = EXIT.unavailable
process.on('uncaughtException', (error) => {
  terminal.error(failureLines(error, terminal.secrets, terminal.errorStyle))
  end(EXIT.unavailable)
})
process.once('beforeExit', () => {
  terminal.error(['tokenward: exited before the command finished (event loop empty).'])
})

void run(process.argv.slice(2), terminal).then(end)
