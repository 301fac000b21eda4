import { resolve } from 'node:path'
import type { TokenwardOptions } from '@tokenward/core'
import { SEALING, STORE } from '../arguments/spec.ts'
import { refuseOperands } from '../arguments/values.ts'
import { type Command, command } from '../command.ts'
import { EXIT, UsageError } from '../exit-code.ts'
import { createFile } from '../output/new-file.ts'
import { throttledProgress } from '../output/progress.ts'
import { conflictsWithConfig, resolveOptions } from '../resolve-options.ts'
import { EXPORTED_KINDS, type ExportCounts, exportLines } from '../transfer/export-lines.ts'
import { appendLines } from '../transfer/output-file.ts'
import { withPreparedStore } from '../with-tokenward.ts'

const options = {
  ...STORE,
  ...SEALING,
  issuer: { value: 'URL', help: 'issuer URL of the application (required with --store)' },
  kind: {
    value: 'KIND',
    help: 'only these: revocation or session (default: both)',
    choices: EXPORTED_KINDS,
  },
  out: {
    value: 'FILE',
    help: 'write to a new file that only its owner can read (default: stdout)',
  },
} as const

export const exportCommand: Command = command({
  name: 'export',
  summary: 'print live sessions and revocations in force, as import reads them; JSON Lines',
  usage: ['[--kind KIND] [--key-file FILE] [--out FILE]'],
  examples: ['--kind revocation --key-file sealing.json --out revoked.jsonl', '--kind session'],
  options,
  run: async ({ values, operands }, io) => {
    refuseOperands(operands, 'export')
    const { out, issuer } = values
    if (values.json && out === undefined) {
      throw new UsageError('--json goes with --out FILE: without it the lines are printed.')
    }
    const { options, fromUrl } = await resolveOptions(values, io)
    if (!fromUrl && issuer !== undefined) throw conflictsWithConfig('issuer')
    if (fromUrl && issuer === undefined) throw new UsageError('--issuer is required with --store.')
    const kind = EXPORTED_KINDS.find((each) => each === values.kind)
    const path = out === undefined ? null : resolve(io.cwd, out)
    const counts: ExportCounts = {
      ...{ scanned: 0, revocations: 0, sessions: 0, unnamed: 0, corrupt: 0 },
    }
    const display = { display: io.progress, total: null, json: values.json === true }
    const progress = throttledProgress({ ...display, action: 'scanned' })
    const signal = io.interruption()
    await withPreparedStore(options, async (tokens) => {
      const issuers = [tokens.issuer, ...trustedIssuers(options)]
      const onPage = ({ scanned }: ExportCounts) => progress(scanned)
      const pages = exportLines(tokens, counts, { issuers, kind, signal, onPage })
      let isCreated = false
      for await (const lines of pages) {
        // Only now: a store that cannot list leaves no empty file.
        if (path !== null && !isCreated) createFile({ option: 'out', path })
        isCreated = true
        if (path === null) await io.print(lines)
        else appendLines(path, lines)
      }
    })
    const summary = summaryOf(counts)
    const isWhole = !signal.aborted
    return {
      exitCode: isWhole ? EXIT.ok : EXIT.unavailable,
      json: { out, interrupted: !isWhole, ...counts },
      text: () => (path === null ? [] : [summary]),
      notes: [...(path === null ? [summary] : []), ...notesOf(counts, isWhole)],
    }
  },
})

function trustedIssuers({ trust = [] }: TokenwardOptions): readonly string[] {
  return [trust].flat().map(({ issuer }) => issuer)
}

function summaryOf({ scanned, revocations, sessions }: ExportCounts): string {
  return `exported ${revocations} revocations and ${sessions} sessions of ${scanned} records`
}

function notesOf({ unnamed, corrupt }: ExportCounts, isWhole: boolean): readonly string[] {
  return [
    ...(isWhole ? [] : ['Interrupted: the lines are not complete. Run the same command again.']),
    ...(unnamed > 0
      ? [
          `${unnamed} lines name only the key of a record, because its names are not sealed, or the key is missing: only this store can import them.`,
        ]
      : []),
    ...(corrupt > 0 ? [`Corrupt records, which are refused, and not exported: ${corrupt}.`] : []),
  ]
}
