import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { run } from './run.ts'

const workspacePackage = resolve(import.meta.dirname, '../..')

/**
 * The diagnostics for every `.ts` file below a folder, as a reader's own strict project has them.
 * @param settings compiler options that differ from those of the strict project
 */
export async function typeCheck(
  folder: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<readonly string[]> {
  const compilerOptions = { ...readersProject.compilerOptions, ...settings }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ ...readersProject, compilerOptions }),
  )
  const { stdout } = await run(
    process.execPath,
    [join(workspacePackage, 'node_modules/typescript/bin/tsc'), '--pretty', 'false'],
    folder,
  )
  // The indented lines explain the one above them.
  return stdout.split(/\n(?!\s)/).filter((diagnostic) => diagnostic.trim() !== '')
}

const readersProject = {
  compilerOptions: {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    types: ['node'],
    module: 'nodenext',
    moduleDetection: 'force',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    erasableSyntaxOnly: true,
    allowImportingTsExtensions: true,
    noEmit: true,
  },
  include: ['**/*.ts'],
}
