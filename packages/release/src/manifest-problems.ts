import type { Manifest, PublishedPackage } from './packages.ts'

const REPOSITORY = 'git+https://github.com/tokenward/tokenward.git'
const PREPACK = 'node ../config/prepack/pnpm-only.ts'
/** Scripts that a package manager runs on the machine of a user. */
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall', 'prepare']

type Check = readonly [what: string, holds: (each: PublishedPackage) => boolean]

const CHECKS: readonly Check[] = [
  ['description', ({ manifest }) => Boolean(manifest.description)],
  ['license is MIT', ({ manifest }) => manifest.license === 'MIT'],
  [
    'keywords include tokenward and jwt',
    ({ manifest }) => hasAll(manifest.keywords, 'tokenward', 'jwt'),
  ],
  [
    'homepage leads to its folder',
    ({ manifest, folder }) => (manifest.homepage ?? '').includes(`/packages/${folder}#`),
  ],
  ['bugs', ({ manifest }) => Boolean(manifest.bugs)],
  ['repository.url', ({ manifest }) => manifest.repository?.['url'] === REPOSITORY],
  [
    'repository.directory',
    ({ manifest, folder }) => manifest.repository?.['directory'] === `packages/${folder}`,
  ],
  ['type is module', ({ manifest }) => manifest.type === 'module'],
  [
    'sideEffects',
    ({ manifest }) => manifest.sideEffects !== undefined && manifest.sideEffects !== true,
  ],
  ['engines.node', ({ manifest }) => /^>=\d+\.\d+$/.test(manifest.engines?.['node'] ?? '')],
  ['files include README.md', ({ manifest }) => hasAll(manifest.files, 'README.md')],
  ['exports or bin', ({ manifest }) => Boolean(manifest.exports ?? manifest.bin)],
  ['exports have types first', ({ manifest }) => untyped(manifest).length === 0],
  [
    'publishConfig.access is public',
    ({ manifest }) => manifest.publishConfig?.['access'] === 'public',
  ],
  ['publishConfig.provenance', ({ manifest }) => manifest.publishConfig?.['provenance'] === true],
  ['prepack refuses npm', ({ manifest }) => manifest.scripts?.['prepack'] === PREPACK],
  [
    'no install script',
    ({ manifest }) => INSTALL_SCRIPTS.every((name) => manifest.scripts?.[name] === undefined),
  ],
]

/** What is missing or wrong in the manifest of a package that is to be published. */
export function manifestProblems(each: PublishedPackage): readonly string[] {
  return CHECKS.filter(([, holds]) => !holds(each)).map(([what]) => what)
}

function hasAll(list: readonly string[] | undefined, ...names: readonly string[]): boolean {
  return names.every((name) => list?.includes(name))
}

/** Entry points of code without types, or with types after another condition, where TypeScript misses them. */
function untyped({ exports = {} }: Manifest): readonly string[] {
  return Object.entries(exports)
    .filter(([path]) => path !== './package.json')
    .filter(([, conditions]) => Object.keys(conditions as object)[0] !== 'types')
    .map(([path]) => path)
}
