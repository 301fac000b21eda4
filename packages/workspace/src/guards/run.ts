// Takes every guard out, one at a time, in a copy of the workspace, and expects the case that is
// named for it to fail. A case that passes all the same proves nothing.
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repositoryRoot as root } from '../paths.ts'
import { boundary } from './boundary.ts'
import { changes } from './changes.ts'
import { exitCodeOf } from './exit-code.ts'
import type { Guard } from './guard.ts'
import { judgement } from './judgement.ts'

const wanted = new Set(process.argv.slice(2))
const guards = [...judgement, ...changes, ...boundary].filter(
  (g) => wanted.size === 0 || wanted.has(g.case),
)

const copy = await mkdtemp(join(tmpdir(), 'tokenward-guards-'))
let idle = 0
try {
  await cp(join(root, 'packages'), join(copy, 'packages'), {
    recursive: true,
    verbatimSymlinks: true,
  })
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'))
  if ((await runCase('revoke-then-verify')) !== 0)
    throw new Error('The untouched copy fails: build it and pass its tests first.')
  for (const guard of guards) if (!(await isNoticed(guard))) idle++
} finally {
  await rm(copy, { recursive: true, force: true })
}
console.log(`${guards.length - idle} of ${guards.length} guards were missed when they were gone`)
process.exitCode = idle === 0 ? 0 : 1

async function isNoticed(guard: Guard): Promise<boolean> {
  const file = join(copy, 'packages', guard.file)
  const source = await readFile(file, 'utf8')
  const pieces = source.split(guard.find)
  if (pieces.length !== 2) {
    console.log(`?  ${guard.case}: the guard is not where it was, ${guard.file}`)
    return false
  }
  const name = guard.file.split('/')[0] ?? ''
  await writeFile(file, pieces.join(guard.replace))
  await build(name)
  const noticed = (await runCase(guard.case)) === 1
  await writeFile(file, source)
  await build(name)
  console.log(`${noticed ? 'ok' : 'NO'} ${guard.case}: without ${guard.find.split('\n')[0]}`)
  return noticed
}

function build(name: string): Promise<number> {
  const tsc = join(root, 'node_modules', '.bin', 'tsc')
  return exitCodeOf(tsc, ['-p', 'tsconfig.build.json', '--noCheck'], join(copy, 'packages', name))
}

function runCase(name: string): Promise<number> {
  const vitest = join(root, 'packages', 'memory', 'node_modules', '.bin', 'vitest')
  const pattern = ` ${name}$`
  return exitCodeOf(
    vitest,
    ['run', 'test/conformance.test.ts', '-t', pattern],
    join(copy, 'packages', 'memory'),
  )
}
