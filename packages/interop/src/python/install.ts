import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { requireTool, runProgram } from '../program.ts'

const REQUIREMENTS = join(import.meta.dirname, 'requirements.txt')

/**
 * The Python of a virtual environment with the libraries, which is made where they have changed.
 * @throws if there is no Python with `venv`, or pip fails
 */
export async function installPython(): Promise<string> {
  const folder = resolve(import.meta.dirname, '../../node_modules/.cache/python')
  const python = join(folder, 'bin/python')
  const stamp = join(folder, 'requirements.sha256')
  const wanted = createHash('sha256').update(readFileSync(REQUIREMENTS)).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python
  const install = 'Python 3.11 or newer with venv (on Debian: python3-venv)'
  await requireTool('python3', ['-c', 'import ensurepip, venv'], install)
  console.log('python: installing requirements.txt by pip …')
  await runProgram('python', 'python3', ['-m', 'venv', '--clear', folder])
  await runProgram('python', python, [
    '-m',
    'pip',
    'install',
    '-q',
    '--no-deps',
    '-r',
    REQUIREMENTS,
  ])
  writeFileSync(stamp, wanted)
  return python
}
