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

/** A backend of each kind, unopened: what it claims is known without it. */
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
  ['what was acknowledged', keeps],
  [
    'is seen by',
    ({ shared, network }) =>
      network ? 'all machines' : shared ? 'processes of one machine' : 'its process',
  ],
  ['after a failover', failover],
  ['settings looked at', ({ readsSettings }) => mark(readsSettings)],
  ['least privilege', ({ roles }) => mark(roles)],
  ['`list`', ({ listing }) => mark(listing)],
  ['`prune`', ({ pruning }) => mark(pruning)],
  ['hints', ({ notifications }) => mark(notifications)],
]

const RETENTION: Record<Capabilities['durability'], string> = {
  durable: 'is kept',
  evicting: 'may be lost: then refused',
  reverting: 'may come back',
}

function keeps({ durability, shared }: Capabilities): string {
  return durability === 'durable' && !shared
    ? 'is kept while the process lives'
    : RETENTION[durability]
}

function failover({ failoverSafe, network, durability }: Capabilities): string {
  if (!network) return ''
  if (failoverSafe) return 'stands'
  return durability === 'evicting' ? 'users log in again' : 'revoke everything'
}

function mark(claimed: boolean): string {
  return claimed ? '✓' : '–'
}

/** @param packages the folder, as the document sees it */
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

/** Where the table stands, from the root. */
export const documents: readonly string[] = ['README.md', 'docs/which-store.md']

/** What the document says, and what it should say. */
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
