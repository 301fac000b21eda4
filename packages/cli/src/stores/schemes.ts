/** Which adapter serves a URL, and what its factory is given. */
export interface Scheme {
  readonly schemes: readonly string[]
  /** The factory is exported under this name by `@tokenward/…` of the same name. */
  readonly adapter: string
  /** What it wants of the URL. */
  readonly address: 'url' | 'host' | 'file' | 'nothing'
}

const SCHEMES: readonly Scheme[] = [
  { schemes: ['sqlite:'], adapter: 'sqlite', address: 'file' },
  { schemes: ['postgres:', 'postgresql:'], adapter: 'postgres', address: 'url' },
  { schemes: ['redis:', 'rediss:'], adapter: 'redis', address: 'url' },
  { schemes: ['memcached:'], adapter: 'memcached', address: 'host' },
  { schemes: ['mongodb:', 'mongodb+srv:'], adapter: 'mongodb', address: 'url' },
  { schemes: ['memory:'], adapter: 'memory', address: 'nothing' },
]

/** All that `--store` can name; each is an optional peer dependency of this package. */
export const ADAPTERS: readonly string[] = SCHEMES.map(({ adapter }) => adapter)

export interface Place {
  readonly adapter: string
  readonly address: Scheme['address']
  /** As the factory takes it. */
  readonly at: string
}

/** `null`: no store that anybody knows. */
export function placeOf(store: string): Place | null {
  const scheme = /^[a-z][a-z+]+:/.exec(store)?.[0]
  if (scheme === undefined) return fileWithoutScheme(store)
  const found = SCHEMES.find(({ schemes }) => schemes.includes(scheme))
  if (found === undefined) return null
  const { adapter, address } = found
  const rest = store.slice(scheme.length).replace(/^\/\//, '')
  const at = { url: store, host: rest.replace(/\/$/, ''), file: rest, nothing: '' }[address]
  return at === '' && address !== 'nothing' ? null : { adapter, address, at }
}

function fileWithoutScheme(store: string): Place | null {
  return /\.(db|sqlite3?)$/.test(store) ? { adapter: 'sqlite', address: 'file', at: store } : null
}

/** What a URL carries that nobody may read: its password, as written and as meant. */
export function passwordsOf(store: string): readonly string[] {
  const written = /^[a-z+]+:\/\/[^/?#]*?:(.*)@/.exec(store)?.[1]
  const asked = [...store.matchAll(/[?&][^=&]*(?:pass|secret|token)[^=&]*=([^&#]*)/gi)]
  return [written, ...asked.map(([, value]) => value)]
    .filter((password) => password !== undefined && password !== '')
    .flatMap((password) => [password as string, decoded(password as string)])
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
