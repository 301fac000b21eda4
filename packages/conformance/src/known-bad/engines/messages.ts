import { defineEngines } from './known-bad-engine.ts'

const receive = 'operations/receive.js'

/** Cores that receive the messages of identity providers in a wrong way. */
export const messages: ReturnType<typeof defineEngines> = defineEngines({
  'message-received-twice': {
    mutation: 'a call that lost the race for a message has received it, too',
    caughtBy: 'message-received-once',
    failureMatches: /one has received the message/,
    patches: [{ file: receive, find: 'done: notReceived(late)', replace: 'done: received' }],
  },
  'failed-action-ignored': {
    mutation: 'a message whose action failed counts as received',
    caughtBy: 'message-received-once',
    failureMatches: /a call whose action failed rejects/,
    patches: [
      {
        file: receive,
        find: 'await perform(claims);',
        replace: 'await Promise.resolve(perform(claims)).catch(() => undefined);',
      },
    ],
  },
  'message-note-pruned': {
    mutation: 'the note of a message is retained for a minute',
    caughtBy: 'message-received-once',
    failureMatches: /its note is retained/,
    patches: [{ file: receive, find: 'retainToken(policy, expiresAt)', replace: 'at + 60_000' }],
  },
})
