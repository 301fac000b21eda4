import type { Listed, Page } from '@tokenward/core'
import { SCOPE, SEALING, STORE } from '../arguments/spec.ts'
import { parseTarget } from '../arguments/targets.ts'
import { parseCount, refuseOperands } from '../arguments/values.ts'
import { type Command, command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { formatInstant, formatStatus, printable, table } from '../output/format.ts'
import { formatSealed } from '../output/names.ts'
import type { Style } from '../output/style.ts'
import { resolveOptions } from '../resolve-options.ts'
import { withPreparedStore } from '../with-tokenward.ts'

const KINDS = ['token', 'session'] as const
const MAX_LIMIT = 1_000

const options = {
  ...STORE,
  ...SEALING,
  ...SCOPE,
  kind: { value: 'KIND', help: 'only these: token or session (default: both)', choices: KINDS },
  limit: { value: 'N', help: `at most this many, up to ${MAX_LIMIT} (default: 100)` },
  cursor: { value: 'KEY', help: 'continue after an earlier page, with the cursor it printed' },
} as const

export const list: Command = command({
  name: 'list',
  summary: 'tokens and sessions, and whether each is active',
  usage: [
    '--subject ID [--client ID] [--kind KIND] [--limit N] [--cursor KEY]',
    '--client ID | --session ID',
    '--issuer URL --whole-issuer | --everything',
  ],
  examples: [
    '--subject ada --kind session',
    '--subject ada --key-file sealing.json',
    '--everything --limit 1000 --json',
  ],
  options,
  run: async ({ values, operands }, io) => {
    refuseOperands(operands, 'list')
    const { options, fromUrl } = await resolveOptions(values, io)
    const target = parseTarget(values, fromUrl)
    const kind = KINDS.find((each) => each === values.kind)
    const listOptions = {
      ...(kind && { kind }),
      ...(values.limit && { limit: parseCount('limit', values.limit, MAX_LIMIT) }),
      ...(values.cursor && { cursor: values.cursor }),
    }
    const page = await withPreparedStore(options, (tokens) => tokens.list(target, listOptions))
    return {
      exitCode: EXIT.ok,
      json: page,
      text: (style) => pageLines(page, style),
      notes: pageNotes(page),
    }
  },
})

const HEAD = ['KIND', 'GENERATION', 'ISSUED', 'EXPIRES', 'STATUS']
const NAME_HEAD = ['SUBJECT', 'CLIENT', 'LABEL']
const NAMES = ['subject', 'client', 'session', 'jti', 'label', 'unreadable'] as const

function pageLines({ items }: Page, style: Style): readonly string[] {
  if (items.length === 0) return []
  const hasNames = items.some((item) => NAMES.some((name) => item[name] !== undefined))
  const [head = '', ...rows] = table([
    hasNames ? ['SESSION, JTI OR RECORD', ...NAME_HEAD, ...HEAD] : ['RECORD', ...HEAD],
    ...items.map((item) =>
      hasNames ? [...nameCells(item), ...cells(item)] : [item.record, ...cells(item)],
    ),
  ])
  return [style.dim(head), ...rows]
}

/** On stderr, to keep the table clean for a pipe. */
function pageNotes({ items, cursor }: Page): readonly string[] {
  if (cursor !== undefined) return [`Next page: --cursor ${printable(cursor)}`]
  return items.length === 0 ? ['No tokens or sessions.'] : []
}

function nameCells(item: Listed): readonly string[] {
  const { record, session, jti, subject, client, label } = item
  return [
    session ?? jti ?? record,
    subject ?? '-',
    client ?? '-',
    label ?? formatSealed(item) ?? '-',
  ]
}

function cells(item: Listed): readonly string[] {
  const { kind, generation, issuedAt, expiresAt } = item
  return [
    kind,
    generation === undefined ? '-' : String(generation),
    issuedAt === undefined ? '-' : formatInstant(issuedAt),
    formatInstant(expiresAt),
    formatStatus(item),
  ]
}
