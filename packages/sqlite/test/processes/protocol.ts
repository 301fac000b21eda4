import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** Another process that runs the module, once it has sent its first message. */
export async function start(module: string, file: string): Promise<ChildProcess> {
  const child = fork(new URL(module, import.meta.url), [file])
  await reply(child)
  return child
}

/** The next message of the child. */
export async function reply<T>(child: ChildProcess): Promise<T> {
  const done = new AbortController()
  const ended = once(child, 'exit', done).then(([code]) => {
    throw new Error(`The child process ended with ${code}`)
  })
  try {
    const [message] = (await Promise.race([once(child, 'message', done), ended])) as [T]
    return message
  } finally {
    done.abort()
  }
}
