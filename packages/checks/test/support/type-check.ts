import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { run } from './run.ts'

const checksPackage = resolve(import.meta.dirname, '../..')

/**
 * Type-checks every `.ts` file below a folder in a strict project, and returns the diagnostics.
 * @param settings compiler options that replace those of the strict project
 */
export async function typeCheck(
  folder: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<readonly string[]> {
  const compilerOptions = { ...strictProject.compilerOptions, ...settings }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ ...strictProject, compilerOptions }),
  )
  const { stdout } = await run(
    process.execPath,
    [join(checksPackage, 'node_modules/typescript/bin/tsc'), '--pretty', 'false'],
    folder,
  )
  // Indented lines belong to the diagnostic above them.
  return stdout.split(/\n(?!\s)/).filter((diagnostic) => diagnostic.trim() !== '')
}

const strictProject = {
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
