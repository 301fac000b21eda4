import { startWebDemo } from '../../src/web/server.ts'
import { Devices, START } from './devices.ts'

interface Started extends AsyncDisposable {
  readonly devices: Devices
  /** Errors that the application did not expect. */
  readonly errors: readonly Error[]
}

/**
 * Starts the application with a store of its own, and a browser. Its time does not pass, and its calls may take
 * long, so no result depends on how fast the machine is.
 */
export async function startWithBrowser(clock: () => number = () => START): Promise<Started> {
  await using resources = new AsyncDisposableStack()
  const errors: Error[] = []
  const log = (error: Error): void => void errors.push(error)
  const { origin } = resources.use(await startWebDemo({ port: 0, log, clock, deadline: '1m' }))
  const devices = resources.use(await Devices.start(origin))
  const running = resources.move()
  return { devices, errors, [Symbol.asyncDispose]: () => running.disposeAsync() }
}
