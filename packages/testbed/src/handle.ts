export type Backend = 'postgres' | 'redis' | 'memcached' | 'mongodb'

/** The server that answered. Reports show when it was a stand-in for the real one. */
export interface RunningServer {
  readonly name: string
  readonly version: string
  /** Whether it is another product that implements the backend's protocol. */
  readonly standIn: boolean
  /** Absent if the server's URL came from the environment. */
  readonly image?: string
}

/** A running server. The optional members need a container, so a server from the environment has none of them. */
export interface Testbed {
  readonly url: string
  readonly server: RunningServer
  /** Removes the container with its data. A server from the environment is left running. */
  stop(): Promise<void>

  /** Ends the server with SIGKILL. */
  kill?(): Promise<void>
  /** Starts the server again after `kill`, with its data and at the same port. */
  start?(): Promise<void>
  /** Suspends the server: it does not answer, but its connections stay open. */
  pause?(): Promise<void>
  resume?(): Promise<void>
  /** Runs a program in the container, as the server's user, and returns its output. */
  run?(command: readonly string[]): Promise<string>
  /** All that the server has printed, once it has printed `end`. */
  log?(end: string): Promise<string>
  /** Sets the server's clock to the machine's plus an offset in ms. Needs the option `clock`. */
  setClock?(offsetMs: number): Promise<void>
  /** The server's certificate in PEM. Needs the option `tls`. */
  readonly certificate?: string
}
