import type { HeldInFile } from '../held-by.ts'
import { callOptions } from './call-options.ts'
import { capabilities } from './capabilities.ts'
import { contract } from './contract.ts'
import { data } from './data.ts'
import { events } from './events.ts'
import { functionsAndErrors } from './functions-and-errors.ts'
import { inspection } from './inspection.ts'
import { messages } from './messages.ts'
import { options } from './options.ts'
import { results } from './results.ts'
import { revokeOptions } from './revoke-options.ts'
import { sealing } from './sealing.ts'
import { signing } from './signing.ts'
import { tokenward } from './tokenward.ts'
import { tracing } from './tracing.ts'

/** What holds each sentence, by file relative to `packages/core/src`. */
export const heldBy: Readonly<Record<string, HeldInFile>> = {
  'adapter/contract.ts': contract,
  'adapter/capabilities.ts': capabilities,
  'types/call-options.ts': callOptions,
  'types/data.ts': data,
  'types/events.ts': events,
  'types/inspection.ts': inspection,
  'types/messages.ts': messages,
  'types/options.ts': options,
  'types/results.ts': results,
  'types/revoke-options.ts': revokeOptions,
  'types/sealing.ts': sealing,
  'types/signing.ts': signing,
  'types/tokenward.ts': tokenward,
  'types/tracing.ts': tracing,
  ...functionsAndErrors,
}
