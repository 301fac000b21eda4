// I2 for consume: one winner, and it learns that it won.
import type { History, Operation, Violation } from '../history.ts'
import { mayBeEvicted } from './life.ts'

export function* consumed(history: History): Iterable<Violation> {
  if (history.reverted !== null) return
  for (const token of history.tokens) {
    if (token.kind === 'refresh') continue
    const uses = history.operations.filter((o) => o.what === 'consume' && o.token === token)
    if (uses.length === 0) continue
    const winners = uses.filter(({ answer }) => answer?.active === true)
    const [first, ...others] = winners
    const second = others.find(
      (o) => o.idempotency === null || o.idempotency !== first?.idempotency,
    )
    if (first && second) {
      yield {
        invariant: 'I2 one winner',
        message: `#${first.id} and #${second.id} both used up ${token.name}`,
      }
    }
    const kept = !mayBeEvicted(history, token)
    if (kept && winners.length === 0 && uses.every(isPlainLoss) && wasUsedUp(history, token.jti)) {
      yield {
        invariant: 'I2 the winner learns that it won',
        message: `${token.name} was used up, and none of ${uses.map(({ id }) => `#${id}`).join()} learned it`,
      }
    }
  }
}

function isPlainLoss({ answer }: Operation): boolean {
  return answer?.active === false && answer.reason !== 'revoked' && answer.reason !== 'expired'
}

function wasUsedUp({ operations }: History, jti: string): boolean {
  return operations.some(
    ({ token, answer }) =>
      token?.jti === jti && answer?.reason === 'consumed' && answer.decidedBy === 'token',
  )
}
