import { access, constants, stat } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { installObstacle, installPackages } from './engine/install.ts'
import { withLock } from './engine/lock.ts'
import { BackendUnavailable } from './unavailable.ts'

/** Debian's browser, and the typeface of the pictures that are made with it. */
const BROWSER_PACKAGES = ['chromium', 'fonts-inter']
const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/**
 * Finds Chromium, or installs Debian's. `TOKENWARD_TEST_CHROMIUM` names another program.
 * @returns its path
 * @throws `BackendUnavailable` there is none, and none can be installed
 */
export async function findChromium(): Promise<string> {
  const given = process.env['TOKENWARD_TEST_CHROMIUM']
  if (given !== undefined && given !== '') return given
  return (await find()) ?? (await withLock('chromium', async () => (await find()) ?? install()))
}

async function install(): Promise<string> {
  const obstacle = await installObstacle()
  if (obstacle !== null) throw new BackendUnavailable(instructions(obstacle))
  try {
    await installPackages(BROWSER_PACKAGES)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new BackendUnavailable(instructions(reason), { cause })
  }
  const program = await find()
  if (program !== undefined) return program
  throw new BackendUnavailable(instructions('the packages were installed, and have no program'))
}

async function find(): Promise<string | undefined> {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const paths = PROGRAMS.flatMap((program) => folders.map((folder) => join(folder, program)))
  for (const path of paths) if (await isProgram(path)) return path
  return undefined
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

function instructions(reason: string): string {
  return [
    'The tests of the web demo need Chromium, and none was found.',
    `It was not installed: ${reason}.`,
    'Install Chromium or Chrome, or set TOKENWARD_TEST_CHROMIUM to the path of its program.',
  ].join('\n')
}
