import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { x } from 'tinyexec'
import { type RealServer, servers } from './servers.ts'

// `npx -y pnpm@12 --filter create-tokenward-adapter real [postgres|redis]`: what a person does, from an
// empty folder to green on a real server. The packages are packed, and npm installs them.
const packages = resolve(import.meta.dirname, '../../..')
const root = mkdtempSync(join(tmpdir(), 'tokenward-real-'))
const names = process.argv.slice(2)

console.log(root)
const create = await pack('create-tokenward-adapter')
const tarballs = {
  '@tokenward/core': `file:${await pack('core')}`,
  '@tokenward/conformance': `file:${await pack('conformance')}`,
}
await run('npm', ['install', '--no-save', '--prefix', root, create], root)
for (const server of servers) {
  if (names.length === 0 || names.includes(server.name)) await walk(server)
}

async function walk(server: RealServer): Promise<void> {
  const main = join(root, 'node_modules/create-tokenward-adapter/dist/main.js')
  await run(process.execPath, [main, server.name, '--template', server.template], root)
  const project = join(root, `tokenward-${server.name}`)
  useTarballs(join(project, 'package.json'))
  await run('npm', ['install', ...server.drivers], project)
  cpSync(join(import.meta.dirname, '../solutions', server.name), project, { recursive: true })
  fillIn(join(project, 'test/server.ts'), server)
  for (const args of [['run', 'check'], ['run', 'build'], ['test']]) await run('npm', args, project)
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

/** TODO 1. */
function fillIn(path: string, { name, image, port, command, environment, url }: RealServer): void {
  const words = command.split(' ').filter(Boolean)
  const text = readFileSync(path, 'utf8')
    .replace("const IMAGE = '' as string", `const IMAGE = '${image}'`)
    .replace('const PORT = 0 as number', `const PORT = ${port}`)
    .replace(
      'Record<string, string> = {}',
      `Record<string, string> = ${JSON.stringify(environment)}`,
    )
    .replace(
      'COMMAND: readonly string[] = []',
      `COMMAND: readonly string[] = ${JSON.stringify(words)}`,
    )
    .replace(
      `${name}://\${address}`,
      url.replace('ADDRESS', () => `\${address}`),
    )
  writeFileSync(path, text)
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
