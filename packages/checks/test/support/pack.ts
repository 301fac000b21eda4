import { resolve } from 'node:path'
import { run } from './run.ts'

export interface Tarball {
  readonly path: string
  readonly files: readonly string[]
}

/** Packs a package as it would be published. */
export async function pack(directory: string, destination: string): Promise<Tarball> {
  const packed = await run('pnpm', ['pack', '--json', '--pack-destination', destination], directory)
  if (packed.exitCode !== 0) throw new Error(`pnpm pack failed: ${packed.output}`)
  const { filename, files } = JSON.parse(packed.stdout) as PackOutput
  return { path: resolve(destination, filename), files: files.map((file) => file.path) }
}

interface PackOutput {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}
