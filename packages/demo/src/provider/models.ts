import type { Adapter, AdapterPayload } from 'oidc-provider'

/** The provider's own storage, in memory. */
export class InMemoryModels implements Adapter {
  readonly #models = new Map<string, AdapterPayload>()

  // The provider creates one instance of this class for each kind of model.
  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    this.#models.set(id, payload)
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.#models.get(id)
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return [...this.#models.values()].find((model) => model.uid === uid)
  }

  async findByUserCode(): Promise<undefined> {}

  async consume(id: string): Promise<void> {
    const model = this.#models.get(id)
    if (model !== undefined) model.consumed = Math.floor(Date.now() / 1000)
  }

  async destroy(id: string): Promise<void> {
    this.#models.delete(id)
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    for (const [id, model] of this.#models) if (model.grantId === grantId) this.#models.delete(id)
  }
}
