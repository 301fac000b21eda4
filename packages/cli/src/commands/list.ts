import type { Listed, Page } from '@tokenward/core'
import { countOf } from '../arguments/counts.ts'
import { takesStdin } from '../arguments/operands.ts'
import { SCOPE, STORE } from '../arguments/options.ts'
import { targetOf } from '../arguments/targets.ts'
import { type Command, command } from '../command.ts'
import { EXIT } from '../exit-code.ts'
import { optionsFor } from '../options.ts'
import type { Style } from '../output/style.ts'
import { table } from '../output/table.ts'
import { instant, printable, words } from '../output/text.ts'
import { withTokenward } from '../with-tokenward.ts'

const KINDS = ['token', 'session'] as const

const options = {
  ...STORE,
  ...SCOPE,
  kind: { value: 'KIND', help: 'token or session (a login) alone', choices: KINDS },
  limit: { value: 'N', help: 'at most so many, up to 1000 (default: 100)' },
  cursor: { value: 'KEY', help: 'goes on where an earlier list ended' },
} as const

export const list: Command = command({
  name: 'list',
  summary: 'tokens and logins, each with the verdict that stands',
  usage: ['--subject ID [--client ID] [--kind session]', '--everything [--limit N] [--cursor KEY]'],
  options,
  run: async ({ values, operands }, io) => {
    takesStdin(operands, 'list', false)
    const { options, alone } = await optionsFor(values, io)
    const target = targetOf(values, alone)
    const kind = KINDS.find((each) => each === values.kind)
    const which = {
      ...(kind && { kind }),
      ...(values.limit && { limit: countOf('limit', values.limit, 1000) }),
      ...(values.cursor && { cursor: values.cursor }),
    }
    const page = await withTokenward(options, (instance) => instance.list(target, which))
    return { exitCode: EXIT.ok, json: page, text: (style) => lines(page, style) }
  },
})

function lines({ items, cursor }: Page, style: Style): readonly string[] {
  if (items.length === 0 && cursor === undefined) return ['nothing']
  const [head = '', ...rows] = table([
    ['RECORD', 'KIND', 'GENERATION', 'ISSUED', 'UNTIL', 'STATUS'],
    ...items.map((item) => [...row(item), status(item)]),
  ])
  const more = cursor === undefined ? [] : [style.dim(`more: --cursor ${printable(cursor)}`)]
  return [style.dim(head), ...rows, ...more]
}

function row({ record, kind, generation, issuedAt, expiresAt }: Listed): string[] {
  const since = issuedAt === undefined ? '–' : instant(issuedAt)
  return [
    record,
    kind,
    generation === undefined ? '–' : String(generation),
    since,
    instant(expiresAt),
  ]
}

function status({ active, reason, decidedBy }: Listed): string {
  return active ? 'active' : words(reason, decidedBy && `(${decidedBy})`)
}
