import type { HeldInFile } from '../held-by.ts'

export const tracing: HeldInFile = {
  OperationName: {
    'The methods of an instance that publish their calls: all that return a promise, but `close`.':
      [
        'core: test/tracing.test.ts > a verification publishes its start, and how it has ended, with the same message',
      ],
  },
  Ending: {
    'How something has ended.': 'description',
    'Its members are set when it has; until then they are missing.': [
      'core: test/tracing.test.ts > a verification publishes its start, and how it has ended, with the same message',
      'core: test/tracing.test.ts > a refusal is published with its reason',
    ],
  },
  'Ending.outcome': {
    '`inactive`: a result with a `reason`.': [
      'core: test/tracing.test.ts > a verification publishes its start, and how it has ended, with the same message',
      'core: test/tracing.test.ts > a refusal is published with its reason',
    ],
    '`error`: it rejected.': [
      'core: test/tracing.test.ts > a failure is published with its code, and not with its error',
    ],
  },
  'Ending.ms': {
    'How long it took, in ms.': [
      'core: test/tracing.test.ts > a verification publishes its start, and how it has ended, with the same message',
    ],
  },
  'Ending.code': {
    'With the outcome `error`, if it is an error of Tokenward.': [
      'core: test/tracing.test.ts > a failure is published with its code, and not with its error',
    ],
  },
  OperationMessage: {
    'What the channel `tokenward:` + name of an operation publishes, such as `tokenward:verify`.': [
      'core: test/tracing.test.ts > a verification publishes its start, and how it has ended, with the same message',
    ],
    'One call publishes the same object from `start` to `asyncEnd`.': [
      'core: test/tracing.test.ts > a verification publishes its start, and how it has ended, with the same message',
    ],
  },
  'OperationMessage.operation': {
    'The name of the method, such as `verify`.': [
      'core: test/tracing.test.ts > a verification publishes its start, and how it has ended, with the same message',
    ],
  },
  'OperationMessage.adapter': {
    'The name of the adapter, such as `postgres`.': [
      'core: test/tracing.test.ts > a verification publishes its start, and how it has ended, with the same message',
    ],
  },
  'OperationMessage.reason': {
    'With the outcome `inactive`.': [
      'core: test/tracing.test.ts > a refusal is published with its reason',
    ],
  },
  'OperationMessage.storeChecked': {
    "`verify`: `false`, where it accepted a token without the store (`onUnavailable: 'accept'`).": [
      'core: test/tracing.test.ts > a token that was accepted without the store is published as not checked',
    ],
  },
  'OperationMessage.deleted': {
    '`prune`: how many records were deleted.': [
      'core: test/tracing.test.ts > a prune publishes how many records it has deleted, and a dry run does not',
    ],
    'With `dryRun` it is missing.': [
      'core: test/tracing.test.ts > a prune publishes how many records it has deleted, and a dry run does not',
    ],
  },
  'OperationMessage.more': {
    '`prune`: whether it has stopped at its limit.': [
      'core: test/tracing.test.ts > a prune publishes how many records it has deleted, and a dry run does not',
    ],
  },
  StoreCall: {
    'A method of an adapter.': 'description',
  },
  StoreMessage: {
    'What the channel `tokenward:store` publishes.': [
      'core: test/store-tracing.test.ts > one read serves all verifications of a turn, and its message names each of them once',
    ],
    'One call to the adapter publishes the same object from `start` to `asyncEnd`.': [
      'core: test/store-tracing.test.ts > one read serves all verifications of a turn, and its message names each of them once',
    ],
    'Its `ms` are those until the adapter replied, even if no operation waits any more.': [
      'core: test/store-tracing.test.ts > one read serves all verifications of a turn, and its message names each of them once',
    ],
  },
  'StoreMessage.adapter': {
    'The name of the adapter, such as `postgres`.': 'description',
  },
  'StoreMessage.size': {
    '`read` and `write`: how many records were asked for or sent, of all operations in the batch.':
      [
        'core: test/store-tracing.test.ts > writes are published with how many records they send',
        'core: test/store-tracing.test.ts > one read serves all verifications of a turn, and its message names each of them once',
      ],
  },
  'StoreMessage.operations': {
    'The operations that wait for the reply: those of their messages that were published.': [
      'core: test/store-tracing.test.ts > one read serves all verifications of a turn, and its message names each of them once',
      'core: test/batcher.test.ts > the reads of one turn share one round trip, and equal keys are read once',
    ],
    'A read or write serves all that began in one turn of the event loop.': [
      'core: test/store-tracing.test.ts > one read serves all verifications of a turn, and its message names each of them once',
      'core: test/batcher.test.ts > the reads of one turn share one round trip, and equal keys are read once',
    ],
  },
}
