import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createAdapter } from './create-adapter.ts'

// Where the script of the repository's package.json is run.
const packages = join(process.cwd(), 'packages')
const [name, ...more] = process.argv.slice(2)

try {
  if (name === undefined || more.length > 0) throw new RangeError('Usage: create-adapter NAME')
  if (!existsSync(packages)) throw new RangeError(`${packages} is not there: wrong folder`)
  console.log(nextSteps(name, createAdapter(name, packages)))
} catch (error) {
  if (!(error instanceof RangeError)) throw error
  console.error(error.message)
  process.exitCode = 2
}

function nextSteps(name: string, files: readonly string[]): string {
  return [
    `packages/${name} has:`,
    ...files.map((file) => `  ${file}`),
    '',
    'Next:',
    '  npx -y pnpm@12 install',
    `  npx -y pnpm@12 exec turbo run test --filter=@tokenward/${name}`,
    '',
    `It fails: nothing is written yet. Write packages/${name}/src/repository.ts until it passes;`,
    'docs/write-an-adapter.md goes with you.',
  ].join('\n')
}
