import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Environment, mustRun } from '../run.ts'
import type { Registry } from './registry.ts'

/** A command and its arguments. */
export type Command = readonly [string, ...string[]]

export interface Manager {
  readonly name: string
  /** What a user runs in an empty folder before the first `add`. */
  readonly init: readonly Command[]
  add(packages: readonly string[], dev: boolean): Command
  /** Runs the package `create-NAME`, which is not installed. */
  create(name: string, ...parameters: readonly string[]): Command
  /** Installs what the manifest of a project lists. */
  readonly install: Command
  /** Runs a script of the manifest. */
  script(name: string): Command
  /** Runs a script with Node, from the folder of the project. */
  node(...parameters: readonly string[]): Command
  /** Runs a program of an installed package. */
  exec(...parameters: readonly string[]): Command
}

const PINNED = ['bun@1.4.4', '@yarnpkg/cli-dist@4.18.1']
const node = (...parameters: readonly string[]): Command => ['node', ...parameters]

/** What all managers call the same. */
function project(manager: string): Pick<Manager, 'create' | 'install' | 'script'> {
  return {
    create: (name, ...parameters) => [manager, 'create', name, ...parameters],
    install: [manager, 'install'],
    script: (name) => [manager, 'run', name],
  }
}

const npm: Manager = {
  name: 'npm',
  init: [],
  add: (packages, dev) => ['npm', 'install', ...(dev ? ['--save-dev'] : []), ...packages],
  ...project('npm'),
  node,
  exec: (...parameters) => ['npx', '--no-install', ...parameters],
}

const pnpm: Manager = {
  name: 'pnpm',
  init: [],
  add: (packages, dev) => ['pnpm', 'add', ...(dev ? ['--save-dev'] : []), ...packages],
  ...project('pnpm'),
  node,
  exec: (...parameters) => ['pnpm', 'exec', ...parameters],
}

/** Without a `node_modules` folder, as Yarn installs by default: it finds every undeclared dependency. */
const yarn: Manager = {
  name: 'yarn',
  init: [
    ['yarn', 'init', '-y'],
    // Its loader of modules does not recognize an ES module by its syntax, as Node does.
    ['npm', 'pkg', 'set', 'type=module'],
  ],
  add: (packages, dev) => ['yarn', 'add', ...(dev ? ['--dev'] : []), ...packages],
  ...project('yarn'),
  node: (...parameters) => ['yarn', 'node', ...parameters],
  exec: (...parameters) => ['yarn', 'run', ...parameters],
}

const bun: Manager = {
  name: 'bun',
  init: [],
  add: (packages, dev) => ['bun', 'add', ...(dev ? ['--dev'] : []), ...packages],
  ...project('bun'),
  node,
  exec: (...parameters) => ['bun', 'run', ...parameters],
}

export const managers: readonly Manager[] = [npm, pnpm, yarn, bun]

/** Installs Bun and Yarn, which are packages of npm themselves. @returns the folder of their programs */
export async function installManagers(folder: string, environment: Environment): Promise<string> {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const parameters = ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...PINNED]
  await mustRun('npm', parameters, folder, environment)
  // A script of the package would put the program for this machine in place.
  await mustRun('node', [join(folder, 'node_modules/bun/install.js')], folder, environment)
  return join(folder, 'node_modules/.bin')
}

/**
 * The environment of a user who has only just installed a package manager: empty caches, no settings, and the
 * registry of the rehearsal.
 * @param folder has the caches
 */
export function userEnvironment({ url, host }: Registry, folder: string): Environment {
  const settings = Object.keys(process.env).filter((name) => /^(p?npm|yarn|bun)_/i.test(name))
  const none = Object.fromEntries(settings.map((name) => [name, undefined]))
  const direct = [process.env['NO_PROXY'], '127.0.0.1', 'localhost'].filter(Boolean).join()
  return {
    ...none,
    NO_PROXY: direct,
    no_proxy: direct,
    npm_config_registry: url,
    npm_config_cache: join(folder, 'npm'),
    npm_config_userconfig: join(folder, 'npmrc'),
    npm_config_update_notifier: 'false',
    // Publishing needs some token, and the registry accepts every one.
    [`npm_config_//${host}/:_authToken`]: 'rehearsal',
    pnpm_config_registry: url,
    pnpm_config_store_dir: join(folder, 'pnpm'),
    pnpm_config_cache_dir: join(folder, 'pnpm-cache'),
    // pnpm and Yarn wait a day before they take a new version, and this one was published just now.
    pnpm_config_minimum_release_age: '0',
    YARN_NPM_MINIMAL_AGE_GATE: '0',
    YARN_NPM_REGISTRY_SERVER: url.replace(/\/$/, ''),
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
    YARN_GLOBAL_FOLDER: join(folder, 'yarn'),
    YARN_ENABLE_TELEMETRY: '0',
    BUN_CONFIG_REGISTRY: url,
    BUN_INSTALL_CACHE_DIR: join(folder, 'bun'),
    // `bun create` keeps a package there for a day, also one of an earlier rehearsal.
    BUN_TMPDIR: join(folder, 'bun-temporary'),
    DO_NOT_TRACK: '1',
    CI: undefined,
  }
}
