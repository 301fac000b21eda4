import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { adapterFiles, TEMPLATES, writeFiles } from '../src/create-adapter.ts'
import { CreateAdapterError } from '../src/errors.ts'
import { dependenciesOf, manifestOf } from '../src/manifest.ts'
import { type Names, namesOf, rename } from '../src/names.ts'
import { type Files, filesOf } from '../src/templates.ts'

/**
 * Creates `<packages>/<name>`, an adapter in this repository: the same files as in a project of its own,
 * with the settings of the repository.
 * @returns the files that were written, relative to it
 * @throws CreateAdapterError and then nothing was written
 */
export function createWorkspaceAdapter(
  name: string,
  template: string,
  packages: string,
): readonly string[] {
  const names = namesOf(name)
  const folder = join(packages, name)
  const known = TEMPLATES.find((each) => each === template)
  if (known === undefined) {
    const message = `${template}: must be one of ${TEMPLATES.join(', ')}.`
    throw new CreateAdapterError('INVALID_OPTION', message)
  }
  if (existsSync(folder)) {
    throw new CreateAdapterError('FOLDER_NOT_EMPTY', `${folder} exists: nothing was changed`)
  }
  const files: Files = new Map([
    ['package.json', rename(manifest(names), names)],
    ...filesOf('template', names, import.meta.dirname),
    ...adapterFiles(names, known, 'container'),
  ])
  writeFiles(folder, files)
  return [...files.keys()].sort()
}

function manifest({ kebab }: Names): string {
  const repository = 'https://github.com/tokenward/tokenward'
  return manifestOf({
    name: `@tokenward/${kebab}`,
    license: 'MIT',
    ...dependenciesOf(true),
    more: {
      homepage: `${repository}/tree/main/packages/${kebab}#readme`,
      bugs: `${repository}/issues`,
      repository: { type: 'git', url: `git+${repository}.git`, directory: `packages/${kebab}` },
      author: 'the Tokenward authors',
      publishConfig: { access: 'public' },
      scripts: {
        build: 'tsc -p tsconfig.build.json',
        check: 'tsc',
        prepack: 'node ../config/prepack/pnpm-only.ts',
        test: 'vitest run',
      },
    },
  })
}
