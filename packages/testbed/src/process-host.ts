import { startCleanupProcess } from './cleanup-process.ts'
import { type Execute, executor } from './container-server.ts'
import { findEngine } from './engine/find.ts'
import { OwnedContainer } from './owned-container.ts'
import { freePort, isThisMachine } from './port.ts'
import { READY_TIMEOUT_MS } from './readiness.ts'
import { remove } from './remove-orphans.ts'
import { BackendUnavailable } from './unavailable.ts'

/**
 * A container in which several servers are started. Their ports are the same inside and outside, so the
 * servers and their clients use the same addresses.
 */
export class ProcessHost {
  readonly ports: readonly number[]
  readonly stop: () => Promise<void>
  readonly #execute: Execute

  private constructor(ports: readonly number[], execute: Execute, stop: () => Promise<void>) {
    this.ports = ports
    this.#execute = execute
    this.stop = stop
  }

  /** @param count of the ports */
  static async create(image: string, count: number, user?: string): Promise<ProcessHost> {
    const engine = await findEngine()
    if (!(await isThisMachine(engine.info.containerRuntime.host))) {
      throw new BackendUnavailable('several servers need a container engine on this machine')
    }
    startCleanupProcess()
    const ports = new Set<number>()
    while (ports.size < count) ports.add(await freePort())
    const container = new OwnedContainer(image).withEntrypoint(['sh'])
    container.withCommand(['-c', REAP]).waitingUntil(async () => undefined, READY_TIMEOUT_MS)
    if (user !== undefined) container.withUser(user)
    for (const port of ports) container.publish(port, port, true)
    const id = (await container.start()).getId()
    const stop = () => remove(engine.container.dockerode, id)
    return new ProcessHost([...ports], executor(engine, id), stop)
  }

  /** Starts a server in the background. @param name for the other methods */
  async start(name: string, command: readonly string[]): Promise<void> {
    const script = `setsid sh -c 'echo $$ > "$0.pid"; exec "$@"' "$0" "$@" >> "$0.log" 2>&1 < /dev/null &`
    await this.#execute(['sh', '-ec', script, `/tmp/${name}`, ...command])
  }

  /** Sends a signal to the server and to its child processes. */
  async signal(name: string, signal: 'KILL' | 'STOP' | 'CONT'): Promise<void> {
    await this.shell(SIGNAL_ALL, `/tmp/${name}.pid`, signal)
  }

  /** Ends the server without warning, and waits until it has ended. */
  async kill(name: string): Promise<void> {
    await this.signal(name, 'KILL')
    await this.shell(UNTIL_ENDED, `/tmp/${name}.pid`)
  }

  /** Runs a script with the arguments `$1`, `$2` and so on. @returns its output */
  shell(script: string, ...args: readonly string[]): Promise<string> {
    return this.#execute(['sh', '-ec', script, 'sh', ...args])
  }

  log(name: string): Promise<string> {
    return this.shell('tail -n 30 "$1"', `/tmp/${name}.log`)
  }
}

/** While a shell waits for its own child, it reaps the servers that have ended: a zombie keeps its number. */
const REAP = 'while :; do sleep 0.2; done'

// The images have neither ps nor pkill. The fourth field of /proc/PID/stat is the parent.
const SIGNAL_ALL = `server=$(cat "$1"); signalled=$server
for stat in /proc/[0-9]*/stat; do
  read -r pid _ _ parent _ < "$stat" 2> /dev/null || continue
  if [ "$parent" = "$server" ]; then signalled="$signalled $pid"; fi
done
kill -"$2" $signalled 2> /dev/null || true`

const UNTIL_ENDED = `pid=$(cat "$1")
while [ -e "/proc/$pid" ] && ! grep -q '^State:.Z' "/proc/$pid/status"; do sleep 0.02; done`
