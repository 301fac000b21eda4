import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { delimiter, join } from 'node:path'
import { toolEnvironment } from './run-step.ts'
import type { WorkspacePackage } from './workspace-packages.ts'

/** On any number of cores: most tests wait for servers, disks and deadlines. */
const CONCURRENCY = 5
/** They begin first, so that none of them runs alone at the end. */
const SLOWEST = [
  'checks',
  'conformance',
  'redis',
  'postgres',
  'mongodb',
  'simulation',
  'memcached',
  'sqlite',
]

/**
 * Runs the tests of packages that are built, several at a time, and prints the output of each when it ends.
 * @returns whether all of them succeeded
 */
export async function runTests(packages: readonly WorkspacePackage[]): Promise<boolean> {
  console.log('\n── test')
  const queue = packages.toSorted((a, b) => rank(a) - rank(b))
  let succeeded = true
  let ended = 0
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      console.log(`${next.folder} begins`)
      const { seconds, status, output } = await runOne(next)
      succeeded &&= status === 0
      const mark = status === 0 ? '✓' : '✗'
      console.log(
        `\n── test ${next.folder}\n${output}${mark} ${next.folder} in ${seconds} s (${++ended} of ${packages.length})`,
      )
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, work))
  return succeeded
}

function rank({ folder }: WorkspacePackage): number {
  const place = SLOWEST.indexOf(folder)
  return place === -1 ? SLOWEST.length : place
}

async function runOne({ directory, manifest }: WorkspacePackage) {
  const started = performance.now()
  const programs = join(directory, 'node_modules/.bin')
  const child = spawn(manifest.scripts?.['test'] ?? '', {
    cwd: directory,
    shell: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...toolEnvironment,
      PATH: `${programs}${delimiter}${process.env['PATH']}`,
    },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const [status] = (await once(child, 'close')) as [number | null]
  return { seconds: Math.round((performance.now() - started) / 1000), status, output }
}
