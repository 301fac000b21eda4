import * as v from 'valibot'

/** Epochs by the letter of their revocation scope. */
export const epochs: v.GenericSchema<unknown, Record<string, string>> = v.record(
  v.string(),
  v.string(),
)

export const epochsSchema: v.GenericSchema<unknown, EpochSnapshot> = v.object({
  epochs,
  accessEpochs: epochs,
})

/** The epochs of all cutoffs when a managed token was issued, by the letter of their scope. */
export interface EpochSnapshot {
  /** Those at login; every successor inherits them. */
  readonly epochs: Readonly<Record<string, string>>
  /** Those when the claims of the access token were computed. */
  readonly accessEpochs: Readonly<Record<string, string>>
}
