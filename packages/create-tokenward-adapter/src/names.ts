import { Script } from 'node:vm'
import { CreateAdapterError } from './errors.ts'

/** The name of an adapter in the spelling of folders and packages, of functions, and of types. */
export interface Names {
  readonly kebab: string
  readonly camel: string
  readonly pascal: string
}

/** The name that the templates use. */
const PLACEHOLDER: Names = { kebab: 'my-store', camel: 'myStore', pascal: 'MyStore' }

/** With longer names the lines of the templates would be too long. */
const MAX_LENGTH = 16

/** @throws CreateAdapterError `INVALID_NAME`, with what is wrong with the name */
export function namesOf(name: string): Names {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > MAX_LENGTH) {
    const rule = `must be like etcd or my-store, with at most ${MAX_LENGTH} characters`
    throw invalid(`${JSON.stringify(name)}: the name of an adapter ${rule}`)
  }
  const camel = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
  if (!canNameFunction(camel)) throw invalid(`${name}: a reserved word of JavaScript`)
  return { kebab: name, camel, pascal: camel.replace(/^./, (letter) => letter.toUpperCase()) }
}

export function rename(text: string, to: Names): string {
  return text
    .replaceAll(PLACEHOLDER.kebab, to.kebab)
    .replaceAll(PLACEHOLDER.camel, to.camel)
    .replaceAll(PLACEHOLDER.pascal, to.pascal)
}

function invalid(message: string): CreateAdapterError {
  return new CreateAdapterError('INVALID_NAME', message)
}

function canNameFunction(word: string): boolean {
  try {
    // Compiled like a module, and never run.
    new Script(`'use strict'; (async () => { function ${word}() {} })`)
    return true
  } catch {
    return false
  }
}
