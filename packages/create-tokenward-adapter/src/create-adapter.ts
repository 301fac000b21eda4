import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { CreateAdapterError } from './errors.ts'
import { asRanges, dependenciesOf, manifestOf } from './manifest.ts'
import { type Names, namesOf, rename } from './names.ts'
import { type Files, filesOf, linesFor } from './templates.ts'

/** `key-value`: a text under a name, with one atomic step on it. `sql`: a table. */
export const TEMPLATES = ['key-value', 'sql'] as const
export const SERVERS = ['container', 'process'] as const
export const LICENSES = ['MIT', 'Apache-2.0', 'UNLICENSED'] as const

export type Template = (typeof TEMPLATES)[number]
export type Server = (typeof SERVERS)[number]
export type License = (typeof LICENSES)[number]

export interface CreateAdapterOptions {
  /** @default 'key-value' */
  readonly template?: Template
  /**
   * How the tests start the store: in a container, by Testcontainers, or as a process.
   * @default 'container'
   */
  readonly server?: Server
  /** @default 'MIT' */
  readonly license?: License
  /**
   * The folder of the project, which must be empty or missing.
   * @default `tokenward-<name>`
   */
  readonly directory?: string
  /** Only returns what would be written. @default false */
  readonly dryRun?: boolean
}

export interface CreatedAdapter {
  readonly directory: string
  /** Relative to the directory. */
  readonly files: readonly string[]
}

/**
 * Creates the project of an adapter.
 * @throws CreateAdapterError and then nothing was written
 * @example createAdapter('etcd', { template: 'key-value' })
 */
export function createAdapter(name: string, options: CreateAdapterOptions = {}): CreatedAdapter {
  const names = namesOf(name)
  const directory = resolve(options.directory ?? `tokenward-${names.kebab}`)
  const files = projectFiles(names, options)
  assertEmpty(directory)
  if (!options.dryRun) writeFiles(directory, files)
  return { directory, files: [...files.keys()].sort() }
}

function projectFiles(
  names: Names,
  { template = 'key-value', server = 'container', license = 'MIT' }: CreateAdapterOptions,
): Files {
  const { dependencies, devDependencies } = dependenciesOf(server === 'container')
  const manifest = manifestOf({
    name: 'tokenward-my-store',
    license,
    dependencies: asRanges(dependencies),
    devDependencies: asRanges(devDependencies),
  })
  const licenses = filesOf('licenses', names)
  const text = licenses.get(license)?.replace('YEAR', String(new Date().getFullYear()))
  return new Map([
    ['package.json', rename(manifest, names)],
    ...linesFor(server, SERVERS, filesOf('project', names)),
    ...adapterFiles(names, template, server),
    ...(text === undefined ? [] : [['LICENSE', text] as const]),
  ])
}

/** The files that every adapter has, in this repository and outside of it. */
export function adapterFiles(names: Names, template: Template, server: Server): Files {
  const files = ['shared', template, server].flatMap((each) => [...filesOf(each, names)])
  return linesFor(server, SERVERS, new Map(files))
}

/** A folder with a repository and nothing else is empty. */
function assertEmpty(directory: string): void {
  if (!existsSync(directory)) return
  const [first] = readdirSync(directory).filter((name) => name !== '.git')
  if (first === undefined) return
  const message = `${directory} has files (${first}): nothing was changed. Choose another --directory.`
  throw new CreateAdapterError('FOLDER_NOT_EMPTY', message)
}

export function writeFiles(directory: string, files: Files): void {
  for (const [file, text] of files) {
    mkdirSync(dirname(join(directory, file)), { recursive: true })
    writeFileSync(join(directory, file), text)
  }
}
