import * as v from 'valibot'

/** What the record of a token or session holds where the instance has the option `sealing`. */
export const sealedEntries = {
  /**
   * Your data and label, and the names that the key hashes. A rotation copies it unopened, unless another key
   * than the current one sealed it.
   */
  sealed: v.optional(v.string()),
  /** The random id of the call that changed the data last: the call recognizes its own change by it. */
  dataId: v.optional(v.string()),
}
