import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, test } from 'vitest'
import { run } from './support/run.ts'

const here = resolve(import.meta.dirname, '..')
const MAX_BYTES = 15 * 1024

async function bundle(code: string): Promise<string> {
  const result = await build({
    stdin: { contents: code, resolveDir: here },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    external: ['jose'],
    logLevel: 'silent',
    write: false,
  })
  return result.outputFiles[0]?.text ?? ''
}

/** The chunks that load before the first call, without those that are imported on demand. */
async function loadedAtOnce(code: string): Promise<readonly Uint8Array[]> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: code, resolveDir: here, sourcefile: 'entry.js' },
    bundle: true,
    splitting: true,
    outdir: 'out',
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    external: ['jose'],
    logLevel: 'silent',
    write: false,
    metafile: true,
  })
  const open: string[] = ['out/stdin.js']
  const loaded = new Set<string>(open)
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    for (const { path: next, kind } of metafile.outputs[path]?.imports ?? []) {
      if (kind !== 'import-statement' || loaded.has(next) || !(next in metafile.outputs)) continue
      loaded.add(next)
      open.push(next)
    }
  }
  const files = outputFiles.filter((file) => [...loaded].some((path) => file.path.endsWith(path)))
  return files.map((file) => file.contents)
}

test(`core is at most ${MAX_BYTES} bytes, gzipped and without jose`, async () => {
  const chunks = await loadedAtOnce("export { createTokenward } from '@tokenward/core'")
  const size = gzipSync(Buffer.concat(chunks)).byteLength
  console.log(`core: ${size} of ${MAX_BYTES} bytes`)
  expect(size).toBeGreaterThan(0)
  expect(size).toBeLessThanOrEqual(MAX_BYTES)
})

test('a bundler removes an unused core', async () => {
  expect(await bundle("import '@tokenward/core'")).toBe('')
})

test('importing core starts nothing and changes nothing', async () => {
  const { exitCode, output } = await run(
    process.execPath,
    ['--input-type=module', '--eval', watchedImport],
    here,
  )
  expect(exitCode, output).toBe(0)
  expect(JSON.parse(output)).toEqual({ started: [], globals: [], listeners: [], resources: [] })
})

const watchedImport = `
  const started = []
  for (const name of ['fetch', 'queueMicrotask', 'setImmediate', 'setInterval', 'setTimeout']) {
    globalThis[name] = () => started.push(name)
  }
  crypto.getRandomValues = () => started.push('getRandomValues')
  crypto.randomUUID = () => started.push('randomUUID')
  const snapshot = () => ({
    globals: Reflect.ownKeys(globalThis).map(String),
    listeners: process.eventNames().map(String),
    resources: process.getActiveResourcesInfo(),
  })
  const before = snapshot()
  await import('@tokenward/core')
  const after = snapshot()
  const added = Object.entries(after).map(([kind, names]) => {
    return [kind, names.filter((name) => !before[kind].includes(name))]
  })
  console.log(JSON.stringify({ started, ...Object.fromEntries(added) }))
`
