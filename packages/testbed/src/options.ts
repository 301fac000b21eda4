export interface StartOptions {
  /**
   * Postgres: `'18'` or `'15'`. Redis: `'8'`, `'7'` or `'valkey'`.
   * @default the first one
   */
  readonly version?: string
  /**
   * Settings of the server, by their names in its configuration file or on its command line:
   * `{ synchronous_commit: 'off' }`, `{ appendonly: 'yes' }`, `{ m: '2' }` (Memcached's `-m 2`).
   */
  readonly settings?: Readonly<Record<string, string>>
  /** Lets `setClock` change the server's clock. The server reads its clock more slowly. */
  readonly clock?: boolean
  /** In-memory file systems by folder, with their sizes in MiB: `{ '/small': 16 }`. */
  readonly disks?: Readonly<Record<string, number>>
  /** Postgres in an image that the testbed built: connect through PgBouncer in transaction mode. */
  readonly pooler?: boolean
  /** Postgres: accept TLS connections. The handle has the certificate. */
  readonly tls?: boolean
}
