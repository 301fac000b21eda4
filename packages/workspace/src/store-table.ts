import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import type { Capabilities, TokenRepository } from '@tokenward/core'
import { memcached } from '@tokenward/memcached'
import { memory } from '@tokenward/memory'
import { mongodb } from '@tokenward/mongodb'
import { postgres } from '@tokenward/postgres'
import { redis } from '@tokenward/redis'
import { sqlite } from '@tokenward/sqlite'
import { repositoryRoot } from './paths.ts'

/** One repository of each kind, not opened: its claims are known without a connection. */
const repositories: readonly TokenRepository[] = [
  memory(),
  sqlite('tokens.db'),
  postgres('postgres://localhost/tokens'),
  redis('redis://localhost'),
  mongodb('mongodb://localhost/tokens'),
  memcached('memcached://localhost'),
]

const begin = '<!-- stores: made by `npx -y pnpm@12 store-table` from what the adapters claim -->'
const end = '<!-- /stores -->'

type Column = readonly [title: string, cell: (claimed: Capabilities) => string]

const columns: readonly Column[] = [
  ['durability', durabilityOf],
  [
    'shared by',
    ({ shared, network }) => (network ? 'all hosts' : shared ? 'one host' : 'one process'),
  ],
  ['after failover', failover],
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

function durabilityOf({ durability, shared }: Capabilities): string {
  return durability === 'durable' && !shared ? 'until the process exits' : DURABILITY[durability]
}

function failover({ failoverSafe, network, durability }: Capabilities): string {
  if (!network) return ''
  if (failoverSafe) return 'nothing to do'
  return durability === 'evicting' ? 'users sign in again' : 'revoke everything'
}

function mark(claimed: boolean): string {
  return claimed ? '✓' : '–'
}

/** @param packages the path of the folder `packages`, relative to the document */
export function storeTable(packages: string): string {
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

/** The documents that contain the table, relative to the root. */
export const documents: readonly string[] = ['README.md', 'docs/which-store.md']

/** The document as it is, and as it should be. */
export function readDocument(name: string): { readonly is: string; readonly shouldBe: string } {
  const is = readFileSync(join(repositoryRoot, name), 'utf8')
  const [before, rest] = is.split(`${begin}\n`)
  const [, after] = rest?.split(end) ?? []
  if (before === undefined || after === undefined)
    throw new Error(`${name}: no table between ${begin} and ${end}`)
  const packages = relative(dirname(name), 'packages')
  return { is, shouldBe: `${before}${begin}\n\n${storeTable(packages)}\n\n${end}${after}` }
}

if (import.meta.main) {
  for (const name of documents) {
    writeFileSync(join(repositoryRoot, name), readDocument(name).shouldBe)
  }
}
