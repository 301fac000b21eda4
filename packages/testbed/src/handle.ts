export type Backend = 'postgres' | 'redis' | 'memcached' | 'mongodb'

/** What answered: a report never lets a stand-in pass for the real thing. */
export interface RunningServer {
  readonly name: string
  readonly version: string
  /** Something else that speaks the backend's protocol. */
  readonly standIn: boolean
  /** Absent where the environment named a server. */
  readonly image?: string
}

/** A running server. What only a container of ours allows is absent from a server of the user's. */
export interface Testbed {
  readonly url: string
  readonly server: RunningServer
  /** Removes it, with its data. */
  stop(): Promise<void>

  /** SIGKILL, with no warning. */
  kill?(): Promise<void>
  /** Brings it back after `kill`, with its data and at the same port. */
  start?(): Promise<void>
  /** Makes it silent; connections stay open. */
  pause?(): Promise<void>
  resume?(): Promise<void>
  /** Runs a program beside the server, as the server's user, and answers what it printed. */
  run?(command: readonly string[]): Promise<string>
  /** Puts the server's clock so far from the machine's. Needs the option `clock`. */
  setClock?(offsetMs: number): Promise<void>
  /** The certificate that the server shows, in PEM. Needs the option `tls`. */
  readonly certificate?: string
}
