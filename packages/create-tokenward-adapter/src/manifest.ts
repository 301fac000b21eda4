import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { CreateAdapterError } from './errors.ts'

const RUNTIME = ['@tokenward/core'] as const
/** Vitest needs `vite`, which not every package manager adds by itself. */
const TOOLS = ['@tokenward/conformance', '@types/node', 'typescript', 'vite', 'vitest'] as const
const TESTCONTAINERS = 'testcontainers'

type Dependencies = Readonly<Record<string, string>>

interface Parts {
  readonly dependencies: Dependencies
  readonly devDependencies: Dependencies
}

/**
 * What a new adapter depends on. The versions are those of the development dependencies of this package,
 * which it is tested with: pnpm replaces their specifiers by versions when it packs.
 */
export function dependenciesOf(inContainer: boolean): Parts {
  const path = resolve(import.meta.dirname, '../package.json')
  const { devDependencies } = JSON.parse(readFileSync(path, 'utf8')) as Parts
  const pick = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, devDependencies[name] ?? '']))
  const tools = inContainer ? [...TOOLS, TESTCONTAINERS].sort() : TOOLS
  return { dependencies: pick(RUNTIME), devDependencies: pick(tools) }
}

/** @throws CreateAdapterError `NOT_PACKED` where only this repository can resolve the versions */
export function asRanges(versions: Dependencies): Dependencies {
  const ranges = Object.entries(versions).map(([name, version]) => {
    if (!/^[~^]?\d/.test(version)) throw notPacked(name, version)
    return [name, /^\d/.test(version) ? `^${version}` : version]
  })
  return Object.fromEntries(ranges)
}

function notPacked(name: string, version: string): CreateAdapterError {
  return new CreateAdapterError(
    'NOT_PACKED',
    `${name}@${version}: this is the source of the package; use the published one, or create-adapter in its repository`,
  )
}

export interface ManifestOptions extends Parts {
  readonly name: string
  readonly license: string
  /** Of this adapter alone: the address of its repository, for example. */
  readonly more?: Readonly<Record<string, unknown>>
}

/** The package.json of an adapter. */
export function manifestOf({ name, license, more = {}, ...parts }: ManifestOptions): string {
  const manifest = {
    name,
    version: '0.0.0',
    description: 'The my-store store of Tokenward',
    keywords: ['tokenward', 'jwt', 'token', 'my-store', 'adapter'],
    license,
    type: 'module',
    sideEffects: false,
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './package.json': './package.json',
    },
    files: ['dist', 'src', 'README.md'],
    engines: { node: '>=22.13' },
    scripts: {
      build: 'tsc -p tsconfig.build.json',
      check: 'tsc',
      prepack: 'npm run build',
      test: 'vitest run',
    },
    ...parts,
    ...more,
  }
  return `${JSON.stringify(manifest, null, 2)}\n`
}
