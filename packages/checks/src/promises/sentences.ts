import { type DocComment, readDocComments } from './doc-comments.ts'

export interface Sentence {
  /** Relative to `packages/core/src`. */
  readonly file: string
  /** What it is about: `TokenRepository.read`. */
  readonly subject: string
  readonly text: string
}

/** Tags whose text shows how to use something and promises nothing. */
const TAGS_WITHOUT_PROMISES = ['example', 'typeParam', 'see']

/** The sentences of the adapter contract and of the public API of core, in order. */
export function readSentences(): readonly Sentence[] {
  return readDocComments().flatMap(sentencesOf)
}

/** Each sentence of the text, of each list item and of each tag; a tag stays before its sentence. */
export function sentencesOf({ file, subject, text }: DocComment): readonly Sentence[] {
  const [description = '', ...tags] = text.split(/^@/m)
  const sentences = [...description.split(/\n\s*\n|^- /m).flatMap(split), ...tags.flatMap(ofTag)]
  return sentences.map((sentence) => ({ file, subject, text: sentence }))
}

function ofTag(tag: string): readonly string[] {
  const [, name = '', text = ''] = /^(\w+)(.*)$/s.exec(tag) ?? []
  return TAGS_WITHOUT_PROMISES.includes(name)
    ? []
    : split(text).map((sentence) => `@${name} ${sentence}`)
}

/** A sentence ends with a full stop that is followed by a capital or by code, outside of code. */
function split(text: string): readonly string[] {
  const line = text.replace(/\s+/g, ' ').trim()
  const code: string[] = []
  const masked = line.replace(/`[^`]*`|\{@link [^}]*\}/g, (part) => `\`${code.push(part) - 1}\``)
  return masked
    .split(/(?<=[.!?])\s+(?=["(`A-Z])/)
    .map((part) => part.replace(/`(\d+)`/g, (_, index: string) => code[Number(index)] ?? ''))
    .filter((part) => part !== '')
}
