import type { ParseArgsConfig } from 'node:util'

/** `--name`: there or not. */
export interface FlagSpec {
  readonly help: string
}

/** `--name VALUE`. */
export interface ValueSpec {
  /** What stands for the value in the help. */
  readonly value: string
  readonly help: string
  /** The only values, where they can be counted. */
  readonly choices?: readonly string[]
}

export type OptionSpec = FlagSpec | ValueSpec

/** The options of a command, by name: parsed, checked and explained from this alone. */
export type OptionTable = Readonly<Record<string, OptionSpec>>

export type Values<T extends OptionTable> = {
  readonly [K in keyof T]?: T[K] extends ValueSpec ? string : true
}

export function takesValue(spec: OptionSpec): spec is ValueSpec {
  return 'value' in spec
}

/** The table as `parseArgs` of Node takes it. */
export function parseOptionsOf(table: OptionTable): NonNullable<ParseArgsConfig['options']> {
  const options = Object.entries(table).map(([name, spec]) => [
    name,
    { type: takesValue(spec) ? ('string' as const) : ('boolean' as const) },
  ])
  return { ...Object.fromEntries(options), help: { type: 'boolean', short: 'h' } }
}

/** Of every command. */
export const GENERAL = {
  json: { help: 'one JSON document, instants in epoch ms' },
  help: { help: 'this text' },
} as const

/** Which store. */
export const STORE = {
  config: {
    value: 'FILE',
    help: 'whose default export is TokenwardOptions, or a function of them (default: tokenward.config.ts, .mjs or .js)',
  },
  store: {
    value: 'URL',
    help: 'instead of a config: sqlite:FILE, postgres://, redis://, memcached://, mongodb://',
  },
  namespace: { value: 'NAME', help: 'of the store (with --store)' },
  'pepper-file': { value: 'FILE', help: 'holds the bytes of the pepper (with --store)' },
  deadline: { value: 'DURATION', help: 'to wait for the store (default: the config’s, else 10s)' },
} as const

/** Many tokens at once. */
export const SCOPE = {
  subject: { value: 'ID', help: 'of this user; with --client only there' },
  client: { value: 'ID', help: 'of this client' },
  session: { value: 'ID', help: 'of this login (sid)' },
  issuer: { value: 'URL', help: 'whose (default: the config’s own; needed with --store)' },
  'whole-issuer': { help: 'all of --issuer' },
  everything: { help: 'all of the store’s namespace' },
} as const

/** One record. */
export const SINGLE = {
  jti: { value: 'ID', help: 'the token of this id' },
  record: { value: 'KEY', help: 'a record, as list names it' },
} as const

/** To verify the token that comes by standard input. */
export const KEYS = {
  keys: { value: 'FILE', help: 'JWKS that the token is verified with (with --store)' },
} as const
