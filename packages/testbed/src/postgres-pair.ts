import type { RunningServer } from './handle.ts'
import { login } from './images/postgres-cluster.ts'
import { ProcessHost } from './process-host.ts'
import { until } from './redis-processes.ts'
import { postgres } from './servers/postgres.ts'
import { imageFor } from './start.ts'

export interface PostgresNode {
  readonly port: number
  readonly url: string
  /** Ends it without warning, as `kill -9` does. */
  kill(): Promise<void>
  /** Suspends it with all its processes: connections stay open. */
  pause(): Promise<void>
  resume(): Promise<void>
  /** Makes a standby the primary. */
  promote(): Promise<void>
  /** Ends the connections of those that follow it. */
  dropFollowers(): Promise<void>
  /** Copies the primary, and follows it. What it had before is deleted. */
  follow(primary: PostgresNode): Promise<void>
}

/** A primary and a standby, in one container. */
export interface PostgresPair {
  readonly server: RunningServer
  readonly primary: PostgresNode
  readonly standby: PostgresNode
  stop(): Promise<void>
}

/** @param synchronous whether a commit waits until the standby has it on its disk */
export async function startPostgresPair(synchronous: boolean): Promise<PostgresPair> {
  const { image } = await imageFor(postgres, '15')
  const host = await ProcessHost.create(image, 2, 'postgres')
  try {
    const [first, second] = host.ports.map((port) => new Node(host, port, synchronous))
    if (!first || !second) throw new Error('a pair needs two ports')
    await first.create()
    await second.follow(first)
    const server = { ...(await postgres.identify(first.url)), image }
    return { server, primary: first, standby: second, stop: host.stop }
  } catch (error) {
    await host.stop()
    throw error
  }
}

const CREATE = `echo ${login.password} > /tmp/password
initdb -D "$1" --username=${login.user} --pwfile=/tmp/password --auth-local=trust \
--auth-host=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-sync
echo 'host all all all scram-sha-256' >> "$1/pg_hba.conf"`

/** `-R` makes the copy a standby, which finds its primary by the local socket. */
const COPY = `rm -rf "$1"
pg_basebackup -h /tmp -p "$2" -U ${login.user} -D "$1" -R -X stream --checkpoint=fast --no-sync`

class Node implements PostgresNode {
  readonly port: number
  readonly url: string
  readonly #host: ProcessHost
  readonly #synchronous: boolean

  constructor(host: ProcessHost, port: number, synchronous: boolean) {
    this.#host = host
    this.port = port
    this.url = postgres.url(`127.0.0.1:${port}`)
    this.#synchronous = synchronous
  }

  get #name(): string {
    return `postgres-${this.port}`
  }

  get #folder(): string {
    return `/tmp/data-${this.port}`
  }

  async create(): Promise<void> {
    await this.#host.shell(CREATE, this.#folder)
    await this.#start()
  }

  kill(): Promise<void> {
    return this.#host.kill(this.#name)
  }

  pause(): Promise<void> {
    return this.#host.signal(this.#name, 'STOP')
  }

  resume(): Promise<void> {
    return this.#host.signal(this.#name, 'CONT')
  }

  async promote(): Promise<void> {
    await this.#host.shell('pg_ctl promote -w -D "$1"', this.#folder)
  }

  async dropFollowers(): Promise<void> {
    await this.#query('SELECT pg_terminate_backend(pid) FROM pg_stat_replication')
  }

  async follow(primary: Node): Promise<void> {
    await this.#host.shell(COPY, this.#folder, String(primary.port))
    await this.#start()
    await until(() => primary.#assertFollowed())
    if (!this.#synchronous) return
    await primary.#query(`ALTER SYSTEM SET synchronous_standby_names = '*'`)
    await primary.#query('SELECT pg_reload_conf()')
    // The setting was copied to no standby: a standby that is promoted has none of its own to wait for.
    await until(() => primary.#assertWaits())
  }

  async #start(): Promise<void> {
    // A server that was killed leaves its lock behind.
    await this.#host.shell('rm -f /tmp/.s.PGSQL."$1"*', String(this.port))
    const options = ['listen_addresses=*', 'unix_socket_directories=/tmp']
    const settings = options.flatMap((option) => ['-c', option])
    await this.#host.start(this.#name, [
      'postgres',
      ...['-D', this.#folder, '-p', String(this.port)],
      ...settings,
    ])
    await until(() => postgres.identify(this.url))
  }

  async #assertFollowed(): Promise<void> {
    const followers = await this.#query(
      `SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'`,
    )
    if (followers !== '1') throw new Error(`${followers} standbys follow`)
  }

  async #assertWaits(): Promise<void> {
    const names = await this.#query('SHOW synchronous_standby_names')
    if (names !== '*') throw new Error('the primary does not wait for its standby')
  }

  async #query(statement: string): Promise<string> {
    const script = `psql -h /tmp -p "$1" -U ${login.user} -d postgres -Atc "$2"`
    return (await this.#host.shell(script, String(this.port), statement)).trim()
  }
}
