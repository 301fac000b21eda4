import { startWebDemo } from '../../src/web/server.ts'
import { Devices } from './devices.ts'

interface Started extends AsyncDisposable {
  readonly devices: Devices
  /** Errors that the application did not expect. */
  readonly errors: readonly Error[]
}

/** Starts the application with a store of its own, and a browser. */
export async function startWithBrowser(clock?: () => number): Promise<Started> {
  await using resources = new AsyncDisposableStack()
  const errors: Error[] = []
  const log = (error: Error): void => void errors.push(error)
  const options = clock === undefined ? { port: 0, log } : { port: 0, log, clock }
  const { origin } = resources.use(await startWebDemo(options))
  const devices = resources.use(await Devices.start(origin))
  const running = resources.move()
  return { devices, errors, [Symbol.asyncDispose]: () => running.disposeAsync() }
}
