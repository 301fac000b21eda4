import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listPackages } from '../src/workspace-packages.ts'
import { temporaryFolder } from './support/temporary-folder.ts'
import { typeCheck } from './support/type-check.ts'

/** Their public types refer to Node's `Socket`. */
const NEED_NODE = ['conformance', 'memcached']

const folders = listPackages()
  .filter(({ published, folder }) => published && !NEED_NODE.includes(folder))
  .map(({ folder, directory }) => ({ folder, directory }))

/** A project with no dependencies but the packages. */
function writeProject(folder: string): void {
  const modules = join(folder, 'node_modules/@tokenward')
  mkdirSync(modules, { recursive: true })
  for (const each of folders) symlinkSync(each.directory, join(modules, each.folder))
  const imports = folders.map(
    ({ folder }, nth) => `export * as package${nth} from '@tokenward/${folder}'`,
  )
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(folder, 'application.ts'), imports.join('\n'))
}

// Without `skipLibCheck` the compiler checks every declaration file of the packages.
test('the types of the packages need neither @types/node nor skipLibCheck', async () => {
  const folder = temporaryFolder()
  writeProject(folder)
  expect(folders.length).toBeGreaterThan(5)
  const settings = { types: [], lib: ['es2022', 'dom'], skipLibCheck: false }
  expect(await typeCheck(folder, settings)).toEqual([])
})
