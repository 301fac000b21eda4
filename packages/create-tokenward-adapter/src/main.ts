#!/usr/bin/env node
import { run } from './command.ts'
import { CreateAdapterError } from './errors.ts'

try {
  console.log(run(process.argv.slice(2)))
} catch (error) {
  if (!(error instanceof CreateAdapterError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
