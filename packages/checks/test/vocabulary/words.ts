export interface BannedWord {
  /** Spellings, matched as whole words in any case. A space also matches a line break. */
  readonly spellings: readonly string[]
  /** What to write instead, for the failure message. */
  readonly instead: string
}

/** Words that earlier versions of the code used in a private sense, or that make a text hard to read. */
export const BANNED_WORDS: readonly BannedWord[] = [
  { spellings: ['ward', 'wards'], instead: 'instance; `tokens` in examples' },
  { spellings: ['family', 'families'], instead: 'session' },
  { spellings: ['registry', 'registries'], instead: 'allowlist, for the policy' },
  { spellings: ['forgetful'], instead: 'evicting' },
  { spellings: ['regressive'], instead: 'reverting' },
  { spellings: ['verdict', 'verdicts'], instead: 'result' },
  { spellings: ['stood', 'stands'], instead: 'is stored, was found; otherwise name the state' },
  {
    spellings: ['take back', 'takes back', 'took back', 'taken back', 'taking back'],
    instead: 'revoke',
  },
  {
    spellings: ['lay down', 'lays down', 'laid down', 'laying down'],
    instead: 'create, write, define',
  },
  {
    spellings: ['lend', 'lends', 'lent', 'lending'],
    instead: 'caller-owned, for clients; acquire and release, for leases',
  },
  { spellings: ['mend', 'mends', 'mended', 'mending'], instead: 'fix, correct' },
  { spellings: ['born'], instead: 'issued, created' },
  { spellings: ['told'], instead: 'reported, notified, returned, logged' },
  {
    spellings: ['says'],
    instead: 'contains, reports, returns, documents',
  },
  { spellings: ['whom', 'whoever', 'whomever'], instead: 'the actor: the caller, the user' },
  { spellings: ['nobody'], instead: 'no process, no client, no user' },
  { spellings: ['seldom'], instead: 'rarely' },
  { spellings: ['epoch ms', 'epoch milliseconds'], instead: 'ms since 1970' },
]

export interface AllowedUse {
  readonly spelling: string
  /** A path prefix, relative to the root of the repository. */
  readonly path: string
  readonly because: string
}

/** Uses of banned words in their ordinary technical meaning. */
export const ALLOWED_USES: readonly AllowedUse[] = [
  {
    spelling: 'family',
    path: 'docs/sessions-and-rotation.md',
    because: 'RFC 9700 calls a session a refresh-token family',
  },
  {
    spelling: 'registry',
    path: 'packages/testbed/',
    because: 'packages and images come from a registry',
  },
  ...['packages/release/', 'docs/releasing.md'].map((path) => ({
    spelling: 'registry',
    path,
    because: 'packages are published to a registry',
  })),
  ...['README.md', 'src/driver.ts', 'src/options.ts', 'test/options.test.ts'].map((file) => ({
    spelling: 'family',
    path: `packages/redis/${file}`,
    because: '`family` is the IP version in a URL of ioredis',
  })),
]
