import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel'
import { onTestFinished } from 'vitest'
import type { OperationMessage, StoreMessage } from '../src/index.ts'

export type Message = OperationMessage | StoreMessage
type Phase = keyof TracingChannel & ('start' | 'end' | 'asyncStart' | 'asyncEnd' | 'error')

export const PHASES: readonly Phase[] = ['start', 'end', 'asyncStart', 'asyncEnd', 'error']

interface Published<M> {
  /** Each with its members as they were at that time. */
  readonly messages: { phase: Phase; message: M; members: Partial<M> }[]
  readonly phases: () => readonly Phase[]
  readonly last: () => Partial<M> | undefined
}

/** Collects what a channel publishes until the test ends. */
export function published<M extends Message = Message>(name: string): Published<M> {
  const channel = tracingChannel<string, M>(`tokenward:${name}`)
  const messages: Published<M>['messages'] = []
  for (const phase of PHASES) {
    const subscriber = (message: unknown): void => {
      messages.push({ phase, message: message as M, members: { ...(message as M) } })
    }
    channel[phase].subscribe(subscriber)
    onTestFinished(() => void channel[phase].unsubscribe(subscriber))
  }
  return {
    messages,
    phases: () => messages.map(({ phase }) => phase),
    last: () => messages.at(-1)?.members,
  }
}
