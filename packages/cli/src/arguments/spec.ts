import type { ParseArgsConfig } from 'node:util'

/** `--name` */
export interface FlagSpec {
  readonly help: string
}

/** `--name VALUE` */
export interface ValueSpec {
  /** The placeholder of the value in the help. */
  readonly value: string
  readonly help: string
  /** The allowed values, where there is a list of them. */
  readonly choices?: readonly string[]
  /** It may be given several times; its value is the list, in order. */
  readonly repeatable?: true
}

export type OptionSpec = FlagSpec | ValueSpec

/** The options of a command by name: parsed, checked and documented from this table alone. */
export type OptionTable = Readonly<Record<string, OptionSpec>>

export type Values<T extends OptionTable> = {
  readonly [K in keyof T]?: T[K] extends { readonly repeatable: true }
    ? readonly string[]
    : T[K] extends ValueSpec
      ? string
      : true
}

export function takesValue(spec: OptionSpec): spec is ValueSpec {
  return 'value' in spec
}

/** The table in the form that Node's `parseArgs` takes. */
export function parseArgsOptions(table: OptionTable): NonNullable<ParseArgsConfig['options']> {
  const options = Object.entries(table).map(([name, spec]) => [
    name,
    { type: takesValue(spec) ? ('string' as const) : ('boolean' as const) },
  ])
  return { ...Object.fromEntries(options), help: { type: 'boolean', short: 'h' } }
}

/** Every command has these. */
export const GENERAL = {
  json: { help: 'print one JSON document; times are ms since 1970' },
  help: { help: 'show this help (-h)' },
} as const

/** Which store. */
export const STORE = {
  config: {
    value: 'FILE',
    help: 'module that exports TokenwardOptions by default (default: tokenward.config.ts, .mjs, .js)',
  },
  store: {
    value: 'URL',
    help: 'in place of a config: sqlite:FILE, postgres://, redis://, memcached://, mongodb://',
  },
  namespace: { value: 'NAME', help: 'namespace in the store (with --store; default: default)' },
  'pepper-file': { value: 'FILE', help: 'file whose bytes are the pepper (with --store)' },
  deadline: {
    value: 'DURATION',
    help: 'how long to wait for the store (default: from config; 10s with --store)',
  },
} as const

/** To open what is sealed in records, and to seal. */
export const SEALING = {
  'key-file': {
    value: 'FILE',
    help: 'file with sealing keys, as keygen --sealing prints them; may be repeated, and the first key seals',
    repeatable: true,
  },
} as const

/** Which tokens and sessions. */
export const SCOPE = {
  subject: { value: 'ID', help: 'this user; with --client, only at that client' },
  client: { value: 'ID', help: 'this client' },
  session: { value: 'ID', help: 'this session (sid)' },
  issuer: { value: 'URL', help: 'issuer URL (default: from config; required with --store)' },
  'whole-issuer': { help: 'all tokens of --issuer' },
  everything: { help: 'all tokens in the namespace' },
} as const

/** Which record. */
export const SINGLE = {
  jti: { value: 'ID', help: 'the token with this id' },
  record: { value: 'KEY', help: 'the record with this key, as printed by list' },
} as const

/** To verify the token on stdin. */
export const KEYS = {
  keys: { value: 'FILE', help: 'JWK set to verify the token with (with --store)' },
} as const
