export const statementStores = ['sqlite', 'postgres', 'redis'] as const
export type StatementStore = (typeof statementStores)[number]

interface Statements {
  /** Relative to the sources of the adapter. */
  readonly file: string
  readonly language: 'sql' | 'lua'
}

/** Where each adapter has its statements. */
export const statementsOf: Readonly<Record<StatementStore, readonly Statements[]>> = {
  sqlite: [
    { file: 'statements.ts', language: 'sql' },
    { file: 'schema.ts', language: 'sql' },
  ],
  postgres: [{ file: 'statements.ts', language: 'sql' }],
  redis: [{ file: 'scripts.ts', language: 'lua' }],
}

/** The tests of the adapter that judge: quick ones first, and then the suite on the real server. */
export const judges: Readonly<Record<StatementStore, readonly string[]>> = {
  sqlite: ['statements', 'corrupt', 'queries', 'schema', 'conformance'],
  postgres: [
    'statements',
    'corrupt',
    'queries',
    'schema',
    'interleaving',
    'notifications',
    'conformance',
  ],
  redis: ['corrupt', 'scripts', 'queries', 'list', 'layout', 'conformance'],
}
