// The order of the pages, by what a reader wants. A page is named by its file; its text is its heading, or the
// second member. `packages/checks` tests that every page of the repository is here.

export type Entry = string | readonly [source: string, text: string]

export interface Section {
  readonly text: string
  readonly pages: readonly Entry[]
  /** Takes all other pages of this folder, in the order of their names. */
  readonly folder?: string
  readonly collapsed?: boolean
}

export const SECTIONS: readonly Section[] = [
  {
    text: 'Start',
    pages: [
      ['docs/why.md', 'Why Tokenward'],
      'docs/quick-start.md',
      ['docs/comparison.md', 'Comparison'],
      ['docs/faq.md', 'FAQ'],
      ['docs/demo-web.md', 'The web demo'],
    ],
  },
  {
    text: 'Guides',
    pages: [
      'docs/configuration.md',
      'docs/sessions-and-rotation.md',
      'docs/session-data.md',
      ['docs/examples/session-data.md', 'A page of sessions'],
      'docs/mcp-server.md',
      'docs/testing-your-application.md',
      'docs/changing-keys.md',
      'docs/changing-the-pepper.md',
      'docs/import-and-export.md',
      'docs/interoperability.md',
    ],
  },
  {
    text: 'Migrate from',
    folder: 'docs/migrate',
    pages: [
      ['docs/migrate/README.md', 'Overview'],
      ['docs/migrate/jsonwebtoken-and-redis.md', 'jsonwebtoken and Redis'],
      ['docs/migrate/express-jwt.md', 'express-jwt'],
      ['docs/migrate/connect-redis.md', 'connect-redis'],
      ['docs/migrate/simplejwt.md', 'Simple JWT (Django)'],
      ['docs/migrate/better-auth.md', 'Better Auth'],
      ['docs/migrate/hydra.md', 'Ory Hydra'],
    ],
  },
  {
    text: 'Stores',
    pages: [
      'docs/which-store.md',
      ['packages/memory/README.md', 'Memory'],
      ['packages/sqlite/README.md', 'SQLite'],
      ['packages/postgres/README.md', 'Postgres'],
      ['packages/redis/README.md', 'Redis and Valkey'],
      ['packages/mongodb/README.md', 'MongoDB'],
      ['packages/memcached/README.md', 'Memcached'],
      'docs/drivers.md',
      'docs/runtimes.md',
      'docs/failover.md',
      'docs/benchmarks.md',
      'docs/sizing.md',
    ],
  },
  {
    text: 'HTTP',
    pages: [
      ['docs/frameworks.md', 'Use it with your framework'],
      'docs/http.md',
      'docs/oauth-endpoints.md',
      ['packages/http/README.md', '@tokenward/http'],
    ],
  },
  {
    text: 'Examples',
    folder: 'docs/examples',
    collapsed: true,
    pages: [['docs/examples/README.md', 'Overview']],
  },
  {
    text: 'Identity providers',
    folder: 'docs/identity-providers',
    collapsed: true,
    pages: [
      ['docs/identity-providers/README.md', 'Overview'],
      ['docs/identity-providers/auth0.md', 'Auth0'],
      ['docs/identity-providers/better-auth.md', 'Better Auth'],
      ['docs/identity-providers/clerk.md', 'Clerk'],
      ['docs/identity-providers/cognito.md', 'Amazon Cognito'],
      ['docs/identity-providers/entra.md', 'Microsoft Entra ID'],
      ['docs/identity-providers/firebase.md', 'Firebase'],
      ['docs/identity-providers/keycloak.md', 'Keycloak'],
      ['docs/identity-providers/okta.md', 'Okta'],
      ['docs/identity-providers/supabase.md', 'Supabase'],
    ],
  },
  {
    text: 'Operations',
    pages: [
      'docs/operations.md',
      ['packages/cli/README.md', 'Command line'],
      'docs/observability.md',
      ['packages/otel/README.md', 'OpenTelemetry'],
      ['SECURITY.md', 'Security'],
    ],
  },
  {
    text: 'Adapters',
    pages: [
      'docs/write-an-adapter.md',
      'docs/standalone-adapter.md',
      ['packages/create-tokenward-adapter/README.md', 'create-tokenward-adapter'],
      'docs/write-a-case.md',
      ['packages/conformance/README.md', 'The conformance suite'],
    ],
  },
  {
    text: 'Reference',
    pages: ['docs/errors.md', 'docs/events.md', ['packages/core/README.md', '@tokenward/core']],
  },
  {
    text: 'Inside',
    pages: [
      'docs/model.md',
      'docs/code-map.md',
      ['docs/internals/promises.md', 'Promises, and what holds them'],
      'docs/mutation-testing.md',
      'docs/releasing.md',
      ['CONTRIBUTING.md', 'Contributing'],
    ],
  },
  { text: 'Decisions', folder: 'docs/decisions', collapsed: true, pages: [] },
]

export interface Item {
  readonly source: string
  readonly text: string
}

/** The pages of a section, in order. */
export function itemsOf(
  section: Section,
  sources: readonly string[],
  titleOf: (source: string) => string,
): readonly Item[] {
  const named = section.pages.map((entry) => {
    const [source, text] = typeof entry === 'string' ? [entry] : entry
    return { source, text: text ?? titleOf(source) }
  })
  const everywhere = SECTIONS.flatMap(({ pages }) => pages).flatMap((entry) =>
    typeof entry === 'string' ? entry : entry[0],
  )
  const rest = sources
    .filter((source) => section.folder !== undefined && source.startsWith(`${section.folder}/`))
    .filter((source) => !everywhere.includes(source))
  return [...named, ...rest.map((source) => ({ source, text: titleOf(source) }))]
}
