import type { Command } from '../command.ts'
import { doctor } from './doctor.ts'
import { erase } from './erase.ts'
import { explain } from './explain.ts'
import { exportCommand } from './export.ts'
import { importCommand } from './import.ts'
import { keygen } from './keygen.ts'
import { list } from './list.ts'
import { migrate } from './migrate.ts'
import { prune } from './prune.ts'
import { reseal } from './reseal.ts'
import { revoke } from './revoke.ts'
import { sessions } from './sessions.ts'

/** In the order of the help. */
export const COMMANDS: readonly Command[] = [
  migrate,
  doctor,
  keygen,
  list,
  sessions,
  explain,
  revoke,
  prune,
  reseal,
  erase,
  exportCommand,
  importCommand,
]
