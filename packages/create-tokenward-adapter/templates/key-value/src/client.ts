import { ClientCalls, type Closed } from '@tokenward/core/adapter'
import { todo } from './todo.ts'

/** What is stored under one name. */
export interface Stored {
  readonly text: string
  /** Changes with every change of the text, and is never used again. Without versions: the text. */
  readonly version: string
}

/** TODO 2: replace `unknown` by the type of your driver's client. */
type Driver = unknown

/** The only file that knows the driver. */
export class Client {
  readonly #driver: Driver
  readonly #calls = new ClientCalls()

  private constructor(driver: Driver) {
    this.#driver = driver
  }

  /**
   * Turn off what your driver does by itself: retries, an offline queue, sending again after a reconnect.
   * Set its time limits: many wait for 10 s or more. Listen for its `error` events, or an idle connection
   * that dies ends the process.
   */
  static async connect(url: string): Promise<Client> {
    throw todo(2, `src/client.ts, connect(): connect to ${new URL(url).host}, return new Client(…)`)
  }

  /** The results are in the order of the names; `null` only where the server has nothing. */
  getAll(names: readonly string[], signal: AbortSignal): Promise<readonly (Stored | null)[]> {
    return this.#send(async (_driver) => {
      throw todo(3, `src/client.ts, getAll(): read ${names.length} names from the primary`)
    }, signal)
  }

  /** Stores the text if nothing is stored, in one atomic step of the server. @returns whether it did */
  insert(name: string, _text: string, signal: AbortSignal): Promise<boolean> {
    return this.#send(async (_driver) => {
      throw todo(5, `src/client.ts, insert(): store ${name} if it is not there, in one step`)
    }, signal)
  }

  /** Stores the text if `stored` is still stored, in one atomic step. @returns whether it did */
  replace(name: string, _stored: Stored, _text: string, signal: AbortSignal): Promise<boolean> {
    return this.#send(async (_driver) => {
      throw todo(6, `src/client.ts, replace(): replace ${name} if it is unchanged, in one step`)
    }, signal)
  }

  /** Calls under way reject with `closed`. */
  async close(closed: Closed): Promise<void> {
    this.#calls.close(closed)
    throw todo(4, 'src/client.ts, close(): end the connection, and leave no timer and no socket')
  }

  /** Rejects as soon as the signal fires, whatever the driver does. */
  #send<T>(call: (driver: Driver) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#calls.run(() => call(this.#driver), signal)
  }
}
