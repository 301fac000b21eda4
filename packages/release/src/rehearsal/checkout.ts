import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { mustRun } from '../run.ts'

/**
 * Copies a checkout, as it is now, with what is installed and built in it: the rehearsal changes versions, and
 * must not change them where somebody works.
 */
export async function copyCheckout(root: string, destination: string): Promise<void> {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const { stdout } = await mustRun('git', list, root)
  for (const file of stdout
    .split('\0')
    .filter((name) => name !== '' && existsSync(join(root, name)))) {
    mkdirSync(dirname(join(destination, file)), { recursive: true })
    cpSync(join(root, file), join(destination, file))
  }
  symlinkSync(join(root, 'node_modules'), join(destination, 'node_modules'))
  for (const folder of readdirSync(join(destination, 'packages'))) {
    for (const name of ['node_modules', 'dist']) {
      const source = join(root, 'packages', folder, name)
      // The links of a package to others are relative, so they lead to the copies.
      const target = join(destination, 'packages', folder, name)
      if (existsSync(source)) cpSync(source, target, { recursive: true, verbatimSymlinks: true })
    }
  }
}
