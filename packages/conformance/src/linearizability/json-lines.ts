import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { reportsFolder } from '../suite/report.ts'
import { byInvocation, type Operation } from './operation.ts'

/** One operation per line, in the order in which they began. */
export function toJsonLines(operations: readonly Operation[]): string {
  const lines = operations.toSorted(byInvocation).map((operation) => `${oneLine(operation)}\n`)
  return lines.join('')
}

/** @throws SyntaxError a line is no operation; the message has its number */
export function fromJsonLines(text: string): Operation[] {
  return text.split('\n').flatMap((line, i) => (line.trim() === '' ? [] : [parse(line, i + 1)]))
}

/**
 * Keeps a history for other checkers, or to look at it.
 * @param name `<adapter>-<case>-<seed>`
 * @returns the file that was written
 */
export function exportHistory(
  name: string,
  operations: readonly Operation[],
  folder: string = reportsFolder(),
): string {
  const file = join(folder, 'histories', `${name}.jsonl`)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, toJsonLines(operations))
  return file
}

function oneLine(operation: Operation): string {
  const { process, key, op, expected, etag, invoke, outcome } = operation
  // Rebuilt, so that every line has the same members in the same order.
  const line = { process, key, op, expected, etag, invoke, return: operation.return, outcome }
  return JSON.stringify(line)
}

function parse(line: string, number: number): Operation {
  const operation: unknown = JSON.parse(line)
  const wrong = invalidMember(operation as Partial<Record<keyof Operation, unknown>> | null)
  if (wrong !== null) throw new SyntaxError(`line ${number} is no operation: ${wrong}`)
  return operation as Operation
}

type UncheckedOperation = Partial<Record<keyof Operation, unknown>>

function invalidMember(operation: UncheckedOperation | null): string | null {
  if (typeof operation !== 'object' || operation === null) return 'not an object'
  return invalidCallMember(operation) ?? invalidAnswerMember(operation)
}

function invalidCallMember({
  process,
  key,
  op,
  expected,
  etag,
  invoke,
}: UncheckedOperation): string | null {
  if (typeof process !== 'string' || typeof key !== 'string') return 'process, key'
  if (op !== 'read' && op !== 'write') return 'op'
  if (!isEtag(etag) || (op === 'write' && etag === null)) return 'etag'
  if (!isEtag(expected) || (op === 'read' && expected !== null)) return 'expected'
  return Number.isSafeInteger(invoke) ? null : 'invoke'
}

function invalidAnswerMember({
  op,
  invoke,
  return: end,
  outcome,
}: UncheckedOperation): string | null {
  if (!['ok', 'fail', 'indeterminate'].includes(outcome as string)) return 'outcome'
  if (op === 'read' && outcome !== 'ok') return 'outcome: a read without an answer has none'
  if (outcome === 'indeterminate') return end === null ? null : 'return: it stays open'
  return Number.isSafeInteger(end) && Number(end) >= Number(invoke) ? null : 'return'
}

function isEtag(value: unknown): boolean {
  return value === null || typeof value === 'string'
}
