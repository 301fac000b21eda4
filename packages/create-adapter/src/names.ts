import { Script } from 'node:vm'

/** How one adapter is called in folders and packages, in functions, and in types. */
export interface Names {
  readonly kebab: string
  readonly camel: string
  readonly pascal: string
}

/** What the template is written with. */
export const PLACEHOLDER: Names = { kebab: 'my-store', camel: 'myStore', pascal: 'MyStore' }

/** Longer ones would break the lines of the template at other places than the formatter does. */
const LONGEST = 16

/** @throws RangeError with what is wrong with the name */
export function namesOf(name: string): Names {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name) || name.length > LONGEST) {
    const rule = `is like "etcd" or "my-store", of at most ${LONGEST} characters`
    throw new RangeError(`${JSON.stringify(name)}: the name of an adapter ${rule}`)
  }
  const camel = name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())
  if (!canNameFunction(camel)) throw new RangeError(`${name}: a word of the language itself`)
  return { kebab: name, camel, pascal: camel.replace(/^./, (letter) => letter.toUpperCase()) }
}

export function rename(text: string, to: Names): string {
  return text
    .replaceAll(PLACEHOLDER.kebab, to.kebab)
    .replaceAll(PLACEHOLDER.camel, to.camel)
    .replaceAll(PLACEHOLDER.pascal, to.pascal)
}

function canNameFunction(word: string): boolean {
  try {
    // Compiled as a module would be, and never run.
    new Script(`'use strict'; (async () => { function ${word}() {} })`)
    return true
  } catch {
    return false
  }
}
