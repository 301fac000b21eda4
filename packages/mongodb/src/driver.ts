/** What goes to the server and comes from it. */
// biome-ignore lint/suspicious/noExplicitAny: as the driver has it; `records.ts` checks what came
export type Document = Record<string, any>

/** What is used of a change stream of `mongodb`. */
export interface ChangeStreamLike {
  tryNext(): Promise<Document | null>
  next(): Promise<Document>
  close(): Promise<unknown>
}

/** What is used of a `Db` of `mongodb`. */
export interface DatabaseLike {
  readonly databaseName: string
  command(
    command: Document,
    options: { readonly readPreference: 'primary'; readonly signal: AbortSignal },
  ): Promise<Document>
  collection(name: string): {
    watch(pipeline: Document[], options: { readonly maxAwaitTimeMS: number }): ChangeStreamLike
  }
}

/** What is used of a `MongoClient` of `mongodb`. */
export interface MongoClientLike {
  readonly options?: {
    readonly directConnection?: boolean | undefined
    readonly hosts?: readonly { readonly host?: string | undefined }[] | undefined
  }
  connect?(): Promise<unknown>
  /** Without a name: the database that the URL names. */
  db(name?: string): DatabaseLike
}
