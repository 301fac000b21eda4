export type CreateAdapterErrorCode =
  | 'INVALID_NAME'
  | 'INVALID_OPTION'
  | 'FOLDER_NOT_EMPTY'
  | 'NOT_PACKED'

/** Why nothing was written. */
export class CreateAdapterError extends Error {
  override readonly name = 'CreateAdapterError'
  readonly code: CreateAdapterErrorCode

  constructor(code: CreateAdapterErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
