import { uncaught } from './evidence.ts'
import { areas, kindsOfMistakes } from './kinds-of-mistakes.ts'
import { type Promised, readPromises } from './promises.ts'

/** Relative to the root of the repository. */
export const PAGE = 'docs/internals/promises.md'

const INTRODUCTION = `# Promises, and what holds them

For contributors. This page is made by \`npx -y pnpm@12 promises\` from the doc comments of the adapter
contract (\`packages/core/src/adapter/contract.ts\` and \`capabilities.ts\`) and of everything that
\`@tokenward/core\` exports: do not edit it. It has each sentence that promises something, with

- **held by**: the cases of [the conformance suite](../../packages/conformance) that fail where the promise is
  broken. Where the suite cannot see it, these are tests of a package;
- **shown by**: the known-bads, which are adapters and engines that are broken on purpose. The named case fails
  on each of them, and so proves that it can.

What holds each sentence is written in \`packages/checks/src/promises/held/\`, by the text of the sentence. When
you change a sentence, or add one, the test \`promises.test.ts\` fails: look whether the cases still hold the
new sentence, then move its entry. A sentence that promises nothing, such as the description of a field, has
the entry \`'description'\` and is not on this page.

How to write the case or the known-bad that is missing: [write a case](../write-a-case.md).`

/** The page, as it should be. */
export function promisesPage(): string {
  const { promises, descriptions } = readPromises()
  const files = Map.groupBy(promises, ({ file }) => file)
  return [
    INTRODUCTION,
    '## In numbers',
    numbers(promises, descriptions.length),
    '## Promises that no known-bad shows',
    unshown(promises),
    '## Kinds of mistakes',
    kinds(),
    ...[...files].flatMap(([file, those]) => [`## ${titleOf(file)}`, tableOf(those)]),
    '',
  ].join('\n\n')
}

function numbers(promises: readonly Promised[], descriptions: number): string {
  const byCases = promises.filter(({ cases }) => cases.length > 0)
  const shown = promises.filter(({ twins }) => twins.length > 0)
  const byTests = promises.filter(({ cases, tests }) => cases.length === 0 && tests.length > 0)
  return table(
    ['', 'number'],
    [
      ['promises', `${promises.length}`],
      ['held by cases of the suite', `${byCases.length}`],
      ['of these shown by a known-bad', `${shown.length}`],
      ['held by tests of a package alone', `${byTests.length}`],
      ['held by nothing', `${promises.length - byCases.length - byTests.length}`],
      ['sentences that promise nothing', `${descriptions}`],
      ['kinds of mistakes', `${kindsOfMistakes.length}`],
      ['of these without a known-bad', `${withoutTwins().length}`],
    ],
  )
}

/** Those that tests alone hold have no known-bad by their nature: a known-bad is caught by a case. */
function unshown(promises: readonly Promised[]): string {
  const rows = promises.filter(({ cases, twins }) => cases.length > 0 && twins.length === 0)
  if (rows.length === 0)
    return 'None, apart from those that tests of a package hold alone: a known-bad is caught by a case.'
  return table(
    ['promise', 'held by', 'why'],
    rows.map(({ subject, text, cases, tests }) => [
      `\`${subject}\`: ${cell(text)}`,
      [...cases.map(code), ...tests.map(testCell)].join(', '),
      cases.flatMap((name) => uncaught(name) ?? []).join('; '),
    ]),
  )
}

function withoutTwins(): readonly string[] {
  return kindsOfMistakes.filter(({ twins }) => twins.length === 0).map(({ kind }) => kind)
}

function kinds(): string {
  const missing = withoutTwins().map((kind) => `- ${kind}`)
  const rows = areas.flatMap(({ area, kinds }) =>
    Object.entries(kinds).map(([kind, twins]) => [
      area,
      kind,
      twins.map(code).join(', ') || 'none',
    ]),
  )
  return [
    'A promise can be broken in many ways. This table has the kinds of mistakes that were thought of, and the known-bads that are of each kind. When you find another kind, add it to `packages/checks/src/promises/kinds-of-mistakes.ts`.',
    missing.length === 0 ? 'Each kind has a known-bad.' : 'Kinds without a known-bad:',
    ...(missing.length === 0 ? [] : [missing.join('\n')]),
    table(['area', 'kind of mistake', 'known-bads'], rows),
  ].join('\n\n')
}

function tableOf(promises: readonly Promised[]): string {
  return table(
    ['about', 'promise', 'held by', 'shown by'],
    promises.map(({ subject, text, cases, tests, twins }) => [
      `\`${subject}\``,
      cell(text),
      [...cases.map(code), ...tests.map(testCell)].join(', '),
      twins.map(code).join(', '),
    ]),
  )
}

const TITLES: Readonly<Record<string, string>> = {
  'adapter/contract.ts': 'The adapter contract',
  'adapter/capabilities.ts': 'Capabilities and findings',
  'types/call-options.ts': 'Options of calls',
  'types/data.ts': 'Sessions and data',
  'types/events.ts': 'Events',
  'types/inspection.ts': 'Explain, list and health',
  'types/messages.ts': 'Messages',
  'types/options.ts': 'Options of an instance',
  'types/results.ts': 'Results',
  'types/revoke-options.ts': 'Targets and options of a revocation',
  'types/sealing.ts': 'Keys for sealing',
  'types/signing.ts': 'Keys for signing',
  'types/tokenward.ts': 'The instance',
  'types/tracing.ts': 'Diagnostics channels',
  'decision/types.ts': 'Reasons',
  'errors.ts': 'Errors',
}

function titleOf(file: string): string {
  return TITLES[file] ?? `\`${file}\``
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header, header.map(() => '---'), ...rows]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function code(name: string): string {
  return `\`${name}\``
}

/** `core/rotation: reuse is found` */
function testCell(name: string): string {
  const [place = '', title = ''] = name.split(' > ')
  return `${place.replace(': test/', '/').replace('.test.ts', '')}: "${cell(title)}"`
}

function cell(text: string): string {
  return text
    .replace(/\{@link ([^}]+)\}/g, '`$1`')
    .replace(/^@(\w+) /, '`@$1` ')
    .replaceAll('|', '\\|')
    .replaceAll('<', '\\<')
}
