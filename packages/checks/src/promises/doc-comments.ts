import { globSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import {
  isExportDeclaration,
  isIdentifier,
  isNamedExports,
  isStringLiteral,
  type Node,
  type SourceFile,
} from 'typescript/unstable/ast'
import { API } from 'typescript/unstable/sync'
import { packagesFolder } from '../paths.ts'

/** A doc comment, without its markers. */
export interface DocComment {
  /** Relative to `packages/core/src`. */
  readonly file: string
  /** What it is about: `TokenRepository.read`. */
  readonly subject: string
  readonly text: string
}

const core = join(packagesFolder, 'core')
const source = join(core, 'src')

/** The files that describe a promise with everything that is in them. */
const WHOLE_FILES = ['adapter/contract.ts', 'adapter/capabilities.ts', 'types/*.ts']

/** The doc comments of the adapter contract and of all that `@tokenward/core` exports, in order. */
export function readDocComments(): readonly DocComment[] {
  const api = new API({ cwd: core })
  try {
    const config = join(core, 'tsconfig.json')
    const { program } = api.updateSnapshot({ openProjects: [config] }).getProject(config) ?? {}
    const parse = (file: string): SourceFile => {
      const parsed = program?.getSourceFile(join(source, file))
      if (parsed === undefined) throw new Error(`${file} is not a file of core`)
      return parsed
    }
    const whole = WHOLE_FILES.flatMap((pattern) => globSync(pattern, { cwd: source }).sort())
    const exported = [...exportsOf(parse('index.ts'))].filter(([file]) => !whole.includes(file))
    return [
      ...whole.flatMap((file) => commentsOf(file, parse(file))),
      ...exported.flatMap(([file, names]) => commentsOf(file, parse(file), names)),
    ]
  } finally {
    api.close()
  }
}

/** By file: the names that an entry point exports from it. */
function exportsOf(entryPoint: SourceFile): ReadonlyMap<string, readonly string[]> {
  const exports = new Map<string, readonly string[]>()
  for (const statement of entryPoint.statements) {
    if (!isExportDeclaration(statement)) continue
    const { moduleSpecifier, exportClause } = statement
    if (moduleSpecifier === undefined || !isStringLiteral(moduleSpecifier)) continue
    if (exportClause === undefined || !isNamedExports(exportClause)) continue
    const folder = dirname(entryPoint.fileName)
    const file = relative(source, resolve(folder, moduleSpecifier.text))
    exports.set(
      file,
      exportClause.elements.map(({ name }) => name.text),
    )
  }
  return exports
}

/** @param only the declarations to look at; missing: all of them */
function commentsOf(file: string, parsed: SourceFile, only?: readonly string[]): DocComment[] {
  const comments: DocComment[] = []
  const visit = (node: Node, path: readonly string[]): void => {
    const name = nameOf(node)
    const here = name === undefined ? path : [...path, name]
    if (only !== undefined && !only.includes(here[0] ?? '')) return
    for (const { pos, end } of node.jsDoc ?? []) {
      const subject = here.join('.')
      comments.push({ file, subject, text: withoutMarkers(parsed.text.slice(pos, end)) })
    }
    node.forEachChild((child) => visit(child, here))
  }
  for (const statement of parsed.statements) visit(statement, [])
  return comments
}

/** The name that a declaration gives, if the node is one that a doc comment can be about. */
function nameOf(node: Node): string | undefined {
  const { name } = node as { readonly name?: Node }
  return name !== undefined && isIdentifier(name) ? name.text : undefined
}

function withoutMarkers(comment: string): string {
  return comment
    .replace(/^\s*\/\*\*|\*\/\s*$/g, '')
    .replace(/^\s*\* ?/gm, '')
    .trim()
}
