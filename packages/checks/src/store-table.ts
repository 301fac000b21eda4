import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Capabilities } from '@tokenward/core'
import { adapterNames, adapters } from './adapters.ts'
import { repositoryRoot } from './paths.ts'
import { listPackages, type WorkspacePackage } from './workspace-packages.ts'

const BEGIN = '<!-- stores: made by `npx -y pnpm@12 store-table` from what the adapters claim -->'
const END = '<!-- /stores -->'

/** The documents that contain the table, relative to the root of the repository. */
export const documents: readonly string[] = ['README.md', 'docs/which-store.md']

type Column = readonly [title: string, cell: (capabilities: Capabilities) => string]

const columns: readonly Column[] = [
  ['durability', durability],
  ['shared by', sharedBy],
  ['after failover', afterFailover],
  ['checks server settings', ({ readsSettings }) => mark(readsSettings)],
  ['least-privilege roles', ({ roles }) => mark(roles)],
  ['`list`', ({ listing }) => mark(listing)],
  ['`prune`', ({ pruning }) => mark(pruning)],
  ['change notifications', ({ notifications }) => mark(notifications)],
]

const DURABILITY: Record<Capabilities['durability'], string> = {
  durable: 'survives restarts',
  evicting: 'best effort (missing = refused)',
  reverting: 'may return to an older state',
}

function durability({ durability, shared }: Capabilities): string {
  return durability === 'durable' && !shared ? 'until the process exits' : DURABILITY[durability]
}

function sharedBy({ shared, network }: Capabilities): string {
  if (network) return 'all hosts'
  return shared ? 'one host' : 'one process'
}

function afterFailover({ failoverSafe, network, durability }: Capabilities): string {
  if (!network) return ''
  if (failoverSafe) return 'nothing to do'
  return durability === 'evicting' ? 'users sign in again' : 'revoke everything'
}

function mark(isSupported: boolean): string {
  return isSupported ? '✓' : '–'
}

/** @param packages the `packages` folder, relative to the document */
async function storeTable(packages: string): Promise<string> {
  const repositories = await Promise.all(adapters.map((adapter) => adapter.create()))
  const rows = [
    ['store', ...columns.map(([title]) => title)],
    ['---', ...columns.map(() => '---')],
    ...repositories.map(({ name, capabilities }) => [
      `[@tokenward/${name}](${packages}/${name})`,
      ...columns.map(([, cell]) => cell(capabilities)),
    ]),
  ]
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

export interface Document {
  /** The text as it is stored. */
  readonly actual: string
  /** The text with a table that matches the adapters' claims. */
  readonly expected: string
}

export async function readDocument(name: string): Promise<Document> {
  const actual = readFileSync(join(repositoryRoot, name), 'utf8')
  const [before, rest] = actual.split(`${BEGIN}\n`)
  const [, after] = rest?.split(END) ?? []
  if (before === undefined || after === undefined) {
    throw new Error(`${name}: no table between ${BEGIN} and ${END}`)
  }
  const table = await storeTable(relative(dirname(name), 'packages'))
  return { actual, expected: `${before}${BEGIN}\n\n${table}\n\n${END}${after}` }
}

/** The adapters that the table would leave out. */
export function unlistedAdapters(packages: readonly WorkspacePackage[]): readonly string[] {
  const adapters = packages.filter(({ isAdapter }) => isAdapter)
  return adapters.map(({ folder }) => folder).filter((folder) => !adapterNames.includes(folder))
}

if (import.meta.main) {
  for (const folder of unlistedAdapters(listPackages())) {
    console.error(`packages/${folder} is not in packages/checks/src/adapters.ts: add it there.`)
    process.exitCode = 1
  }
  for (const name of documents) {
    const { expected } = await readDocument(name)
    writeFileSync(join(repositoryRoot, name), expected)
  }
}
