import { connect } from 'node:net'
import { onTestFinished } from 'vitest'
import { type Backend, type StartOptions, start, type Testbed } from '../src/index.ts'

/** A server that this process started, which has every member. */
export type ContainerServer = Required<Omit<Testbed, 'certificate' | 'setClock'>> & Testbed

/** Starts a server that is stopped after the test. */
export async function startHere(
  backend: Backend,
  options?: StartOptions,
): Promise<ContainerServer> {
  const testbed = await start(backend, options)
  onTestFinished(() => testbed.stop())
  if (!isContainerServer(testbed)) throw new Error('the server came from the environment')
  return testbed
}

function isContainerServer(testbed: Testbed): testbed is ContainerServer {
  return testbed.kill !== undefined && testbed.run !== undefined
}

/** The code of the error, or `undefined` if the connection succeeded. */
export function connectionError(url: string): Promise<string | undefined> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    socket.on('connect', () => resolve(socket.destroy() && undefined))
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
  })
}
