import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { x } from 'tinyexec'
import { fillIn } from './fill-in.ts'
import { type RealServer, servers } from './servers.ts'

// `npx -y pnpm@12 --filter create-tokenward-adapter real [postgres|redis|redis-process]`: what a person does,
// from an empty folder to green on a real server. The packages are packed, and npm installs them.
const packages = resolve(import.meta.dirname, '../../..')
const root = mkdtempSync(join(tmpdir(), 'tokenward-real-'))
const names = process.argv.slice(2)
const unknown = names.filter((name) => !servers.some(({ id }) => id === name))
if (unknown.length > 0) throw new Error(`no such server: ${unknown.join(', ')}`)

console.log(root)
const create = await pack('create-tokenward-adapter')
const tarballs = {
  '@tokenward/core': `file:${await pack('core')}`,
  '@tokenward/conformance': `file:${await pack('conformance')}`,
}
await run('npm', ['install', '--no-save', '--prefix', root, create], root)
for (const server of servers) {
  if (names.length === 0 || names.includes(server.id)) await walk(server)
}

async function walk(server: RealServer): Promise<void> {
  const main = join(root, 'node_modules/create-tokenward-adapter/dist/main.js')
  const { name, template, start } = server
  const project = join(root, `tokenward-${server.id}`)
  const options = ['--template', template, '--server', start.kind, '--directory', project]
  await run(process.execPath, [main, name, ...options], root)
  useTarballs(join(project, 'package.json'))
  await run('npm', ['install', ...server.drivers], project)
  cpSync(join(import.meta.dirname, '../solutions', name), project, { recursive: true })
  fillIn(join(project, 'test/server.ts'), server)
  const began = performance.now()
  for (const args of [['run', 'check'], ['run', 'build'], ['test']]) await run('npm', args, project)
  console.log(`${server.id}: green after ${Math.round((performance.now() - began) / 60_000)} min`)
}

/** The published packages may not be there yet, or be older. */
function useTarballs(path: string): void {
  const manifest = JSON.parse(readFileSync(path, 'utf8'))
  for (const part of [manifest.dependencies, manifest.devDependencies]) {
    for (const [name, file] of Object.entries(tarballs)) if (name in part) part[name] = file
  }
  manifest.overrides = { '@tokenward/core': '$@tokenward/core' }
  writeFileSync(path, JSON.stringify(manifest, null, 2))
}

async function pack(folder: string): Promise<string> {
  const args = ['pack', '--json', '--pack-destination', root]
  const { stdout } = await x('pnpm', args, {
    throwOnError: true,
    nodeOptions: { cwd: join(packages, folder) },
  })
  return resolve(root, (JSON.parse(stdout) as { filename: string }).filename)
}

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  console.log(`\n$ ${command} ${args.join(' ')}`)
  await x(command, [...args], { throwOnError: true, nodeOptions: { cwd, stdio: 'inherit' } })
}
