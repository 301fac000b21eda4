interface Scheme {
  readonly schemes: readonly string[]
  /** The package is `@tokenward/ADAPTER`, and it exports its factory under the same name. */
  readonly adapter: string
  /** Which part of the URL the factory takes. */
  readonly takes: 'url' | 'host' | 'file' | 'nothing'
}

const SCHEMES: readonly Scheme[] = [
  { schemes: ['sqlite:'], adapter: 'sqlite', takes: 'file' },
  { schemes: ['postgres:', 'postgresql:'], adapter: 'postgres', takes: 'url' },
  { schemes: ['redis:', 'rediss:'], adapter: 'redis', takes: 'url' },
  { schemes: ['memcached:'], adapter: 'memcached', takes: 'host' },
  { schemes: ['mongodb:', 'mongodb+srv:'], adapter: 'mongodb', takes: 'url' },
  { schemes: ['memory:'], adapter: 'memory', takes: 'nothing' },
]

/** The adapters that `--store` can use; each is an optional peer dependency of this package. */
export const ADAPTERS: readonly string[] = SCHEMES.map(({ adapter }) => adapter)

export interface StoreUrl {
  readonly adapter: string
  readonly takes: Scheme['takes']
  /** The argument of the adapter's factory. */
  readonly address: string
}

/** `null`: not the URL of a known store. */
export function parseStoreUrl(store: string): StoreUrl | null {
  const scheme = /^[a-z][a-z+]+:/.exec(store)?.[0]
  if (scheme === undefined) return fileWithoutScheme(store)
  const found = SCHEMES.find(({ schemes }) => schemes.includes(scheme))
  if (found === undefined) return null
  const { adapter, takes } = found
  const rest = store.slice(scheme.length).replace(/^\/\//, '')
  const address = { url: store, host: rest.replace(/\/$/, ''), file: rest, nothing: '' }[takes]
  return address === '' && takes !== 'nothing' ? null : { adapter, takes, address }
}

function fileWithoutScheme(store: string): StoreUrl | null {
  return /\.(db|sqlite3?)$/.test(store)
    ? { adapter: 'sqlite', takes: 'file', address: store }
    : null
}

/** The passwords in a URL, as written and decoded, to keep them out of the output. */
export function passwordsIn(store: string): readonly string[] {
  const userinfo = /^[a-z+]+:\/\/[^/?#]*?:(.*)@/.exec(store)?.[1]
  const parameters = [...store.matchAll(/[?&][^=&]*(?:pass|secret|token)[^=&]*=([^&#]*)/gi)]
  return [userinfo, ...parameters.map(([, value]) => value)]
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
