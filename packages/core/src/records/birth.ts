import * as v from 'valibot'

const epochs: v.GenericSchema<unknown, Record<string, string>> = v.record(v.string(), v.string())

/** The epochs that a managed token was born under, by the level's letter. */
export const birthEntries: { e: typeof epochs; a: typeof epochs } = { e: epochs, a: epochs }
export const birthSchema: v.GenericSchema<unknown, Birth> = v.object(birthEntries)

export interface Birth {
  /** Fixed at login, inherited by every successor. */
  readonly e: Readonly<Record<string, string>>
  /** Access epochs, read afresh for every access token. */
  readonly a: Readonly<Record<string, string>>
}
