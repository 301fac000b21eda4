#!/usr/bin/env node
import { EXIT } from './exit-code.ts'
import { failureLines } from './output/failure.ts'
import { Terminal } from './output/terminal.ts'
import { run } from './run.ts'

const terminal = new Terminal(process)
const end = (exitCode: number): void => void terminal.end(exitCode)

// Until there is an answer there is none: Node's own codes would say "inactive", or "ok".
process.exitCode = EXIT.unavailable
process.on('uncaughtException', (error) => {
  terminal.error(failureLines(error, terminal.secrets, terminal.errorStyle))
  end(EXIT.unavailable)
})
process.once('beforeExit', () => {
  terminal.error(['tokenward: no answer will come: nothing is left to wait for.'])
})

void run(process.argv.slice(2), terminal).then(end)
