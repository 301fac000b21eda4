/** The packages that have the runtimes, by name; each is installed in this version. */
export const VERSIONS: Readonly<Record<RuntimeName, string>> = {
  node22: 'npm:node@22.23.3',
  node24: 'npm:node@24.21.0',
  node26: 'npm:node@26.10.0',
  bun: '1.4.5',
  deno: '2.9.6',
  workerd: '1.20261117.1',
}

export type RuntimeName = 'node22' | 'node24' | 'node26' | 'bun' | 'deno' | 'workerd'

export const RUNTIMES: readonly RuntimeName[] = [
  'node22',
  'node24',
  'node26',
  'bun',
  'deno',
  'workerd',
]

/** Where the runtime's package, or one that it depends on, has its program. */
export const PROGRAMS: Readonly<Record<RuntimeName, string>> = {
  node22: 'node22/bin/node',
  node24: 'node24/bin/node',
  node26: 'node26/bin/node',
  bun: '.bin/bun',
  deno: '.bin/deno',
  workerd: '.bin/workerd',
}

/** How the matrix names it: `Node 26.10.0`, `Bun 1.4.5`. */
export function titleOf(name: RuntimeName): string {
  const version = VERSIONS[name].replace(/^npm:node@/, '')
  if (name.startsWith('node')) return `Node ${version}`
  const titles = { bun: 'Bun', deno: 'Deno', workerd: 'workerd' }
  return `${titles[name as keyof typeof titles]} ${version}`
}
