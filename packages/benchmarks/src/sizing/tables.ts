// The tables of docs/sizing.md.
import { COSTS, MEASURED_ON, type SizedStore } from './costs.ts'
import { askedPart, bytesOf, type Load, sizeOf } from './size.ts'

const STORES = Object.keys(COSTS) as readonly SizedStore[]
const NAMES: Readonly<Record<SizedStore, string>> = {
  sqlite: 'SQLite',
  postgres: 'Postgres',
  redis: 'Redis',
  'redis-cluster': 'Redis Cluster',
  memcached: 'Memcached',
}
const RATES = [1_000, 100_000, 10_000_000]
const SESSIONS = [1e6, 1e7, 1e8, 1e9]
/** How often one instance verifies one token in a second. */
const PER_TOKEN = [0.1, 1, 10, 100]
const LEASES = [250, 1_000, 10_000]

/** Each table by its name in the page. */
export const tables: Readonly<Record<string, () => string>> = { costs, servers, memory, leases }

function costs(): string {
  const rows = STORES.map((store) => {
    const { application, server } = COSTS[store]
    return [NAMES[store], `${application} µs`, store === 'sqlite' ? '–' : `${server} µs`]
  })
  const header = ['store', 'CPU of the application', 'CPU of the server']
  return `Measured on ${MEASURED_ON}:\n\n${table(header, rows)}`
}

function servers(): string {
  const header = ['verifications a second', ...STORES.map((store) => NAMES[store])]
  return table(
    header,
    RATES.map((verifications) => [
      verifications.toLocaleString('en'),
      ...STORES.map((store) => needs(store, { verifications, sessions: 0 })),
    ]),
  )
}

/** In words: the processors of the application, and the servers. */
export function needs(store: SizedStore, load: Load): string {
  const { applicationCores, serverCores, servers: count, limit } = sizeOf(store, load)
  if (limit !== null) return `no: ${limit}`
  const application = `${cores(applicationCores)} in the application`
  if (store === 'sqlite') return application
  const unit =
    store === 'postgres' || store === 'redis' ? `${cores(serverCores)} in the server` : null
  return `${application}, ${unit ?? `${count} ${count === 1 ? 'server' : 'servers'}`}`
}

function cores(value: number): string {
  const whole = Math.ceil(value)
  return whole === 1 ? '1 core' : `${whole.toLocaleString('en')} cores`
}

function memory(): string {
  const stores = STORES.filter((store) => store !== 'redis-cluster')
  return table(
    ['sessions that have not ended', ...stores.map((store) => NAMES[store])],
    SESSIONS.map((sessions) => [
      sessions.toLocaleString('en'),
      ...stores.map((store) => gigabytes(bytesOf(store, sessions))),
    ]),
  )
}

function gigabytes(bytes: number): string {
  return `${Number((bytes / 1e9).toPrecision(2)).toLocaleString('en')} GB`
}

function leases(): string {
  return table(
    [
      'one instance verifies one token',
      ...LEASES.map((ms) => `lease of ${ms.toLocaleString('en')} ms`),
    ],
    PER_TOKEN.map((perToken) => [
      howOften(perToken),
      ...LEASES.map(
        (lease) => `${Number((100 * askedPart({ lease, perToken })).toPrecision(2))} %`,
      ),
    ]),
  )
}

function howOften(perSecond: number): string {
  if (perSecond === 1) return 'once a second'
  return perSecond < 1 ? `every ${1 / perSecond} s` : `${perSecond} times a second`
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n')
}
