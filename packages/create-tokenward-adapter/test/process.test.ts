import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { adapterFiles, writeFiles } from '../src/create-adapter.ts'
import { namesOf } from '../src/names.ts'
import { type Output, run } from './support/project.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const OWN = resolve(import.meta.dirname, '..')
const ARGUMENTS = "['--port', String(port), '--dir', folder]"
const FAIL = `['--eval', 'console.error("no disk"); process.exit(3)']`
/** A program that is made before it is started. */
const PREPARE = `prepareFolder(folder: string): Promise<void> {
  const { writeFile } = await import('node:fs/promises')
  const text = "require('node:net').createServer().listen(process.argv[2])"
  await writeFile(join(folder, 'main.cjs'), text)
}`
const LIFE = `
  const { kill, start, stop } = await startKv()
  console.log('started')
  await kill()
  await start()
  console.log('started again')
  await stop()
  console.log('stopped')`

/** Runs a script on `test/server.ts` of a new adapter, whose connection is not written yet. */
async function runOn(
  edits: readonly (readonly [string, string])[],
  script: string,
): Promise<Output & { readonly left: readonly string[] }> {
  const project = temporaryFolder()
  writeFiles(project, adapterFiles(namesOf('kv'), 'key-value', 'process'))
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  symlinkSync(join(OWN, 'node_modules'), join(project, 'node_modules'))
  const TMPDIR = join(project, 'temporary')
  mkdirSync(TMPDIR)
  for (const [from, to] of edits) edit(join(project, 'test/server.ts'), from, to)
  const main = `const { startKv } = await import('./test/server.ts'); ${script}`
  const output = await run(process.execPath, ['--eval', main], project, { TMPDIR })
  return { ...output, left: readdirSync(TMPDIR) }
}

/** Replaces what is there to be replaced. */
function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8')
  expect(text).toContain(from)
  writeFileSync(
    file,
    text.replace(from, () => to),
  )
}

test.for([
  ['node', 'node ended (3): no disk'],
  ['/no/such/program', '/no/such/program does not start: is it installed?'],
] as const)(
  'a program that does not run fails at once, and leaves no folder behind: %s',
  async ([program, message]) => {
    const edits = [["PROGRAM = ''", `PROGRAM = '${program}'`] as const, [ARGUMENTS, FAIL] as const]
    const { output, left } = await runOn(edits, 'await startKv()')
    expect(output).toContain(message)
    expect(left).toEqual([])
  },
)

test('a program that listens is ready for the adapter, and has the folder that was prepared', async () => {
  const edits = [
    ["PROGRAM = ''", "PROGRAM = 'node'"],
    ['prepareFolder(_folder: string): Promise<void> {}', PREPARE],
    [ARGUMENTS, "[join(folder, 'main.cjs'), String(port)]"],
  ] as const
  const { output, left } = await runOn(edits, LIFE)
  expect(output).toBe('started\nstarted again\nstopped\n')
  expect(left).toEqual([])
})
