import { ClientCalls, type Closed } from '@tokenward/core/adapter'
import { Redis } from 'ioredis'

/** What is stored under one name. */
export interface Stored {
  readonly text: string
  /** Changes with every change of the text, and is never used again. Without versions: the text. */
  readonly version: string
}

type Driver = Redis

/** Compares and stores in one step of the server. */
const REPLACE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
`

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
    const driver = new Redis(url, {
      lazyConnect: true,
      connectTimeout: 10_000,
      maxRetriesPerRequest: 0,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      // Found again within 5 s of its return.
      retryStrategy: (times) => Math.min(times * 50, 500),
      socketTimeout: 3_000,
    })
    driver.on('error', () => undefined)
    try {
      await driver.connect()
    } catch (error) {
      driver.disconnect()
      throw error
    }
    return new Client(driver)
  }

  /** The results are in the order of the names; `null` only where the server has nothing. */
  getAll(names: readonly string[], signal: AbortSignal): Promise<readonly (Stored | null)[]> {
    return this.#send(async (driver) => {
      const texts = await driver.mget([...names])
      return texts.map((text) => (text === null ? null : { text, version: text }))
    }, signal)
  }

  /** Stores the text if nothing is stored, in one atomic step of the server. @returns whether it did */
  insert(name: string, text: string, signal: AbortSignal): Promise<boolean> {
    return this.#send(async (driver) => (await driver.set(name, text, 'NX')) === 'OK', signal)
  }

  /** Stores the text if `stored` is still stored, in one atomic step. @returns whether it did */
  replace(name: string, stored: Stored, text: string, signal: AbortSignal): Promise<boolean> {
    const values = [name, stored.version, text]
    return this.#send(async (driver) => (await driver.eval(REPLACE, 1, ...values)) === 1, signal)
  }

  /** Calls under way reject with `closed`. */
  async close(closed: Closed): Promise<void> {
    this.#calls.close(closed)
    this.#driver.disconnect()
  }

  /** Rejects as soon as the signal fires, whatever the driver does. */
  #send<T>(call: (driver: Driver) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#calls.run(() => call(this.#driver), signal)
  }
}
