import { type Evidence, evidenceOf } from './evidence.ts'
import { heldBy } from './held/all.ts'
import { readSentences, type Sentence } from './sentences.ts'

export interface Promised extends Sentence, Evidence {}

export interface Reading {
  /** Of each file, in order. */
  readonly promises: readonly Promised[]
  readonly descriptions: readonly Sentence[]
  /** Sentences of which nothing is known: add them to the files of `held/`. */
  readonly unmapped: readonly string[]
  /** Entries of `held/` whose sentence is not in the doc comments any more. */
  readonly outdated: readonly string[]
}

/** The sentences of the doc comments, each with what holds it. */
export function readPromises(): Reading {
  const promises: Promised[] = []
  const descriptions: Sentence[] = []
  const unmapped: string[] = []
  const left = new Set(entries())
  for (const sentence of distinct(readSentences())) {
    const name = nameOf(sentence)
    const held = heldBy[sentence.file]?.[sentence.subject]?.[sentence.text]
    left.delete(name)
    if (held === undefined) unmapped.push(name)
    else if (held === 'description') descriptions.push(sentence)
    else promises.push({ ...sentence, ...evidenceOf(held) })
  }
  return { promises, descriptions, unmapped, outdated: [...left] }
}

/** `types/options.ts: TokenwardOptions.grace: From `0s` to `1h`.` */
export function nameOf({ file, subject, text }: Sentence): string {
  return `${file}: ${subject}: ${text}`
}

function entries(): readonly string[] {
  return Object.entries(heldBy).flatMap(([file, subjects]) =>
    Object.entries(subjects).flatMap(([subject, texts]) =>
      Object.keys(texts).map((text) => nameOf({ file, subject, text })),
    ),
  )
}

/** The overloads of a method say some things twice. */
function distinct(sentences: readonly Sentence[]): readonly Sentence[] {
  return [...new Map(sentences.map((sentence) => [nameOf(sentence), sentence])).values()]
}
