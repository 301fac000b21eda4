export interface StartOptions {
  /** `'18'` or `'15'` of Postgres; `'8'`, `'7'`, or `'valkey'` of Redis; the first is the default. */
  readonly version?: string
  /**
   * The server's own settings, by the names of its configuration or command line:
   * `{ synchronous_commit: 'off' }`, `{ appendonly: 'yes' }`, `{ m: '2' }` (Memcached's `-m 2`).
   */
  readonly settings?: Readonly<Record<string, string>>
  /** The server's clock can be put with `setClock`; it is slower to read then. */
  readonly clock?: boolean
  /** Folders of so many MiB, in memory: a small disk. `{ '/small': 16 }` */
  readonly disks?: Readonly<Record<string, number>>
  /** Postgres, in images made here: PgBouncer in transaction mode stands before it. */
  readonly pooler?: boolean
  /** Postgres: TLS is offered; the handle has the certificate. */
  readonly tls?: boolean
}
