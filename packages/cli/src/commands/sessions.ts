import type { ListedSession, SessionPage } from '@tokenward/core'
import { SEALING, STORE } from '../arguments/spec.ts'
import { AT_CLIENT, requireSubject, SUBJECT } from '../arguments/subject.ts'
import { parseCount, refuseOperands } from '../arguments/values.ts'
import { type Command, command } from '../command.ts'
import { EXIT, UsageError } from '../exit-code.ts'
import { formatMinute, formatStatus, jsonText, printable, table } from '../output/format.ts'
import { formatSealed } from '../output/names.ts'
import type { Style } from '../output/style.ts'
import { resolveOptions } from '../resolve-options.ts'
import { withPreparedStore } from '../with-tokenward.ts'

const MAX_LIMIT = 1_000

const options = {
  ...STORE,
  ...SEALING,
  ...SUBJECT,
  ...AT_CLIENT,
  data: { help: 'also print the data of each session (needs the sealing keys)' },
  limit: { value: 'N', help: `at most this many, up to ${MAX_LIMIT} (default: 100)` },
  cursor: { value: 'KEY', help: 'continue after an earlier page, with the cursor it printed' },
} as const

export const sessions: Command = command({
  name: 'sessions',
  summary: 'the sessions of a user as a person would look at them, the newest first',
  usage: ['--subject ID [--client ID] [--data] [--limit N] [--cursor KEY] [--key-file FILE]'],
  examples: [
    '--subject ada',
    '--subject ada --client web --data --key-file sealing.json',
    '--subject ada --store sqlite:tokens.db --issuer https://api.example.com',
  ],
  options,
  run: async ({ values, operands }, io) => {
    refuseOperands(operands, 'sessions')
    const { options, fromUrl } = await resolveOptions(values, io)
    const subject = requireSubject(values, fromUrl)
    const hasKeys = options.sealing !== undefined
    const withData = values.data === true
    if (withData && !hasKeys) {
      throw new UsageError(
        "--data needs the sealing keys: add --key-file FILE, or the option 'sealing' to the config.",
      )
    }
    const target = { subject, ...(values.client !== undefined && { client: values.client }) }
    const page = await withPreparedStore(options, (tokens) =>
      tokens.sessions(target, {
        ...(withData && { data: true }),
        ...(values.limit && { limit: parseCount('limit', values.limit, MAX_LIMIT) }),
        ...(values.cursor && { cursor: values.cursor }),
      }),
    )
    return {
      exitCode: EXIT.ok,
      json: page,
      text: (style) => pageLines(page, withData, style),
      notes: pageNotes(page, hasKeys),
    }
  },
})

const HEAD = [
  'LABEL',
  'CLIENT',
  'CREATED',
  'LAST USED',
  'EXPIRES',
  'STATUS',
  'SESSION OR RECORD',
] as const

function pageLines({ items }: SessionPage, withData: boolean, style: Style): readonly string[] {
  if (items.length === 0) return []
  const [head = '', ...rows] = table([
    [...HEAD, ...(withData ? ['DATA'] : [])],
    ...items.map((item) => [...cells(item), ...(withData ? [dataCell(item)] : [])]),
  ])
  return [style.dim(head), ...rows.map((row, i) => (items[i]?.active ? row : style.dim(row)))]
}

function cells(item: ListedSession): readonly string[] {
  const { record, session, label, client, createdAt, lastUsedAt, expiresAt } = item
  return [
    label ?? formatSealed(item) ?? '-',
    client ?? '-',
    formatMinute(createdAt),
    formatMinute(lastUsedAt),
    formatMinute(expiresAt),
    formatStatus(item),
    session ?? record,
  ]
}

function dataCell({ data }: ListedSession): string {
  return data === undefined || data === null ? '-' : jsonText(data)
}

/** On stderr, to keep the table clean for a pipe. */
function pageNotes({ items, cursor }: SessionPage, hasKeys: boolean): readonly string[] {
  if (items.length === 0 && cursor === undefined) return ['No sessions.']
  return [
    ...(hasKeys ? [] : ['Labels and names are shown with the sealing keys: --key-file FILE']),
    ...(cursor === undefined ? [] : [`Next page: --cursor ${printable(cursor)}`]),
  ]
}
