import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { Application, type ProjectReflection } from 'typedoc'
import type { PluginOptions } from 'typedoc-plugin-markdown'
import { pagesFolder, REPOSITORY, repositoryRoot, siteFolder } from './paths.ts'
import { publishedPackages, read } from './sources.ts'

const REFERENCE = join(pagesFolder, 'reference')

/** The source of each entry point of the published packages, by the name under which it is imported. */
function entryPoints(): ReadonlyMap<string, string> {
  const entries = publishedPackages().flatMap((folder) => {
    const { name, exports } = JSON.parse(read(`packages/${folder}/package.json`))
    return Object.keys(exports).flatMap((path) => {
      const types: unknown = exports[path].types
      if (typeof types !== 'string') return []
      const source = types.replace('./dist/', './src/').replace(/\.d\.ts$/, '.ts')
      return [[join(name, path), join(repositoryRoot, 'packages', folder, source)] as const]
    })
  })
  return new Map(entries)
}

/** Writes the reference of the published packages as pages. Needs no built package. */
export async function generateReference(): Promise<void> {
  const entries = entryPoints()
  const tsconfig = join(siteFolder, 'cache/tsconfig.reference.json')
  mkdirSync(dirname(tsconfig), { recursive: true })
  writeFileSync(tsconfig, JSON.stringify(compilerSettings(entries)))
  const markdown: Partial<PluginOptions> = {
    hideBreadcrumbs: true,
    hidePageHeader: true,
    hideGroupHeadings: true,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    classPropertiesFormat: 'table',
    typeAliasPropertiesFormat: 'table',
    useCodeBlocks: true,
    tableColumnSettings: { hideInherited: true, hideOverrides: true, hideSources: true },
    publicPath: '/reference/',
    entryFileName: 'index',
  }
  const app = await Application.bootstrapWithPlugins({
    ...markdown,
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: [...entries.values()],
    tsconfig,
    name: 'Reference',
    readme: 'none',
    basePath: repositoryRoot,
    disableGit: true,
    // TypeDoc's paths begin at the folder that all sources have in common.
    sourceLinkTemplate: `${REPOSITORY}/blob/main/packages/{path}#L{line}`,
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    githubPages: false,
    logLevel: 'Error',
    skipErrorChecking: true,
    out: REFERENCE,
  })
  const project = await app.convert()
  if (project === undefined) throw new Error('TypeDoc could not read the packages.')
  nameModules(project, entries)
  await app.generateOutputs(project)
  correctPages()
}

function compilerSettings(entries: ReadonlyMap<string, string>): object {
  return {
    extends: join(repositoryRoot, 'packages/config/tsconfig/base.json'),
    compilerOptions: {
      paths: Object.fromEntries([...entries].map(([name, source]) => [name, [source]])),
      // Nest needs them.
      experimentalDecorators: true,
      types: ['node'],
      typeRoots: [join(repositoryRoot, 'node_modules/@types')],
    },
    files: [...entries.values()],
  }
}

/** TypeDoc names a module by its file. */
function nameModules(project: ProjectReflection, entries: ReadonlyMap<string, string>): void {
  const names = new Map([...entries].map(([name, source]) => [source, name]))
  for (const module of project.children ?? []) {
    const file = module.sources?.[0]?.fullFileName ?? ''
    module.name = names.get(file) ?? module.name
  }
}

/** Links without the names of files, and one heading for all errors of a function. */
function correctPages(): void {
  for (const file of globSync('**/*.md', { cwd: REFERENCE })) {
    const path = join(REFERENCE, file)
    const page = readFileSync(path, 'utf8')
      .replaceAll(/\]\((\/reference\/[^)#]*?)(?:index)?\.md/g, ']($1')
      .replaceAll(/(^#+ Throws\n\n)([^#]+)((?:\1[^#]+)+)/gm, mergeThrows)
    writeFileSync(path, `---\neditLink: false\noutline: 2\n---\n\n${page}`)
  }
}

function mergeThrows(section: string, heading: string): string {
  const errors = section.split(heading).map((each) => each.trim().replaceAll('\n', ' '))
  const items = errors.filter((each) => each !== '').map((each) => `- ${each}\n`)
  return `${heading}${items.join('')}\n`
}
