import { relative } from 'node:path'
import { parseArgs } from 'node:util'
import {
  type CreateAdapterOptions,
  type CreatedAdapter,
  createAdapter,
  LICENSES,
  SERVERS,
  TEMPLATES,
} from './create-adapter.ts'
import { CreateAdapterError } from './errors.ts'

const USAGE = `Usage: npm create tokenward-adapter NAME -- [options]

Creates the project of a Tokenward adapter for the store NAME, in the new folder tokenward-NAME.

  --template TEMPLATE  key-value (default): a text under a name; sql: a table
  --server SERVER      container (default): the tests start the store by Testcontainers; process: a program
  --license LICENSE    MIT (default), Apache-2.0 or UNLICENSED
  --directory FOLDER   another folder, which must be empty or missing
  --dry-run            only list the files
  --help               print this text

Example: npm create tokenward-adapter etcd -- --template key-value`

/** @returns what to print. @throws CreateAdapterError and then nothing was written */
export function run(args: readonly string[]): string {
  const { values, positionals } = parse(args)
  if (values.help) return USAGE
  const [name, ...more] = positionals
  if (name === undefined || more.length > 0) throw invalid(`One NAME is needed.\n\n${USAGE}`)
  const options: CreateAdapterOptions = {
    template: oneOf('--template', values.template, TEMPLATES),
    server: oneOf('--server', values.server, SERVERS),
    license: oneOf('--license', values.license, LICENSES),
    dryRun: values['dry-run'],
    ...(values.directory !== undefined && { directory: values.directory }),
  }
  return reportOf(createAdapter(name, options), options)
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        template: { type: 'string', default: TEMPLATES[0] },
        server: { type: 'string', default: SERVERS[0] },
        license: { type: 'string', default: LICENSES[0] },
        directory: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    throw invalid(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
  }
}

function oneOf<T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const match = allowed.find((each) => each === value)
  if (match !== undefined) return match
  throw invalid(`${option} ${value}: must be one of ${allowed.join(', ')}.`)
}

function invalid(message: string): CreateAdapterError {
  return new CreateAdapterError('INVALID_OPTION', message)
}

function reportOf({ directory, files }: CreatedAdapter, { dryRun }: CreateAdapterOptions): string {
  const folder = relative('', directory) || '.'
  return [
    dryRun ? `Would create in ${folder}:` : `Created in ${folder}:`,
    ...files.map((file) => `  ${file}`),
    '',
    'Next:',
    ...(folder === '.' ? [] : [`  cd ${folder}`]),
    '  npm install',
    '  npm test',
    '',
    'The tests fail, and name what to write: TODO 1, then 2, and so on. TODO.md has the steps.',
  ].join('\n')
}
