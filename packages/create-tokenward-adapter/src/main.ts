import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createAdapter } from './create-adapter.ts'

// The script of the root package.json runs in the root of the repository.
const packages = join(process.cwd(), 'packages')
const [name, ...more] = process.argv.slice(2)

try {
  if (name === undefined || more.length > 0) throw new RangeError('Usage: create-adapter NAME')
  if (!existsSync(packages))
    throw new RangeError(`${packages} does not exist: run this in the root of the repository`)
  console.log(nextSteps(name, createAdapter(name, packages)))
} catch (error) {
  if (!(error instanceof RangeError)) throw error
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
    `The tests fail: nothing is written yet. Write packages/${name}/src/repository.ts until they pass,`,
    'with the help of docs/write-an-adapter.md.',
  ].join('\n')
}
