import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { CreateAdapterError } from '../src/errors.ts'
import { createWorkspaceAdapter } from './create-workspace-adapter.ts'

// The script of the root package.json runs in the root of the repository.
const packages = join(process.cwd(), 'packages')
const [name, template = 'key-value', ...more] = process.argv.slice(2)

try {
  if (name === undefined || more.length > 0) {
    throw new CreateAdapterError('INVALID_OPTION', 'Usage: create-adapter NAME [key-value|sql]')
  }
  if (!existsSync(packages)) {
    const message = `${packages} does not exist: run this in the root of the repository`
    throw new CreateAdapterError('INVALID_OPTION', message)
  }
  console.log(nextSteps(name, createWorkspaceAdapter(name, template, packages)))
} catch (error) {
  if (!(error instanceof CreateAdapterError)) throw error
  console.error(error.message)
  process.exitCode = 2
}

function nextSteps(name: string, files: readonly string[]): string {
  return [
    `Created in packages/${name}:`,
    ...files.map((file) => `  ${file}`),
    '',
    'Next:',
    '  npx -y pnpm@12 install',
    `  npx -y pnpm@12 exec turbo run test --filter=@tokenward/${name}`,
    '',
    `The tests fail, and name what to write: TODO 1, then 2, and so on. packages/${name}/TODO.md has the`,
    'steps, and docs/write-an-adapter.md the rest.',
  ].join('\n')
}
