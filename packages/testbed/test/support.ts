import { connect } from 'node:net'
import { onTestFinished } from 'vitest'
import { type Backend, type StartOptions, start, type Testbed } from '../src/index.ts'

/** Every member: a server that this process started. */
export type Contained = Required<Omit<Testbed, 'certificate' | 'setClock'>> & Testbed

/** A server for one test. */
export async function startHere(backend: Backend, options?: StartOptions): Promise<Contained> {
  const testbed = await start(backend, options)
  onTestFinished(() => testbed.stop())
  if (!isContained(testbed)) throw new Error('this is not a server of ours')
  return testbed
}

function isContained(testbed: Testbed): testbed is Contained {
  return testbed.kill !== undefined && testbed.run !== undefined
}

/** `undefined`: connected. */
export function connectionError(url: string): Promise<string | undefined> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    socket.on('connect', () => resolve(socket.destroy() && undefined))
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code))
  })
}
