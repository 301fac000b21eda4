import * as v from 'valibot'

/** Epochs by the letter of their revocation scope. */
export const epochs: v.GenericSchema<unknown, Record<string, string>> = v.record(
  v.string(),
  v.string(),
)

/** The epochs of all cutoffs when a managed token was issued, by the letter of their scope. */
export interface EpochSnapshot {
  /** Those at login; every successor inherits them. */
  readonly epochs: Readonly<Record<string, string>>
  /** Those when the claims of the access token were computed. */
  readonly accessEpochs: Readonly<Record<string, string>>
}

/** The same in the body of a record. Every record has them, so their names are short, as in the token. */
export interface StoredEpochs {
  readonly e: EpochSnapshot['epochs']
  readonly a: EpochSnapshot['accessEpochs']
}

export function toStoredEpochs({ epochs, accessEpochs }: EpochSnapshot): StoredEpochs {
  return { e: epochs, a: accessEpochs }
}

/** `null`: there are none, because the token is not a managed one, or was saved. */
export function fromStoredEpochs({
  e,
  a,
}: {
  readonly [Name in keyof StoredEpochs]?: StoredEpochs[Name] | undefined
}): EpochSnapshot | null {
  return e && a ? { epochs: e, accessEpochs: a } : null
}
