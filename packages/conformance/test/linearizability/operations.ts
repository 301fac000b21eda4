import type { Etag, Operation } from '../../src/linearizability/operation.ts'

let clients = 0

/** A read from one instant to another, by a separate client. */
export function read(invoke: number, end: number, etag: Etag): Operation {
  return { ...client('read'), expected: null, etag, invoke, return: end, outcome: 'ok' }
}

/** A write that returned true. */
export function yes(invoke: number, end: number, expected: Etag, etag: string): Operation {
  return { ...client('write'), expected, etag, invoke, return: end, outcome: 'ok' }
}

/** A write that returned false. */
export function no(invoke: number, end: number, expected: Etag, etag: string): Operation {
  return { ...client('write'), expected, etag, invoke, return: end, outcome: 'fail' }
}

/** A write whose answer never came. */
export function lost(invoke: number, expected: Etag, etag: string): Operation {
  return { ...client('write'), expected, etag, invoke, return: null, outcome: 'indeterminate' }
}

export function under(key: string, operations: readonly Operation[]): Operation[] {
  return operations.map((operation) => ({ ...operation, key }))
}

function client<Op extends Operation['op']>(op: Op) {
  clients++
  return { process: `c${clients}`, key: 'k', op }
}
