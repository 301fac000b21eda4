import { defineEngines } from './known-bad-engine.ts'

const updateData = 'operations/update-data.js'
const reseal = 'operations/reseal.js'

const RACE = 'data-races'
const LOST_REPLY = 'update-data-lost-reply'

/** Cores that lose data, revocations or retention while they change what is sealed. */
export const data: ReturnType<typeof defineEngines> = defineEngines({
  'data-written-blindly': {
    mutation: 'a change of data replaces whatever is stored when it is written',
    caughtBy: RACE,
    failureMatches: /counts once|a verification saw \d+ after/,
    patches: [
      {
        file: updateData,
        find: 'write: { record: next, expected: record.etag },',
        replace: `write: { record: next, expected:
          (await this.#context.store.read([this.#key], this.#deadline)).get(this.#key).etag },`,
      },
    ],
  },
  'data-of-revoked-changed': {
    mutation: 'the data of a revoked session or token can be changed',
    caughtBy: RACE,
    failureMatches: /the data of a revoked session was changed|then a change|the data was changed/,
    patches: [{ file: updateData, find: 'if (!active)', replace: 'if (false)' }],
  },
  'rotation-drops-data': {
    mutation: 'a rotation stores the session without what is sealed in it',
    caughtBy: RACE,
    failureMatches: /the data is gone/,
    patches: [
      {
        file: 'transitions/session.js',
        find: 'generation: rotation.generation + 1,',
        replace: 'generation: rotation.generation + 1, sealed: undefined,',
      },
    ],
  },
  'reseal-written-blindly': {
    mutation: 'a reseal puts back the version of a record that it has read',
    caughtBy: RACE,
    failureMatches: /counts once|a verification saw|accepted|rotates/,
    patches: [
      {
        file: reseal,
        find: 'write: { record: nextRecord(found, body), expected: found.record.etag },',
        replace: `write: { get record() { return nextRecord(found, body) }, expected: (await
          this.#context.store.read([found.record.key], deadline)).get(found.record.key).etag },`,
      },
    ],
  },
  'reseal-lowers-retention': {
    mutation: 'a record that is sealed anew is retained only until it expires',
    caughtBy: RACE,
    failureMatches: /only data, seal and rotations change|only the seal changes/,
    patches: [
      {
        file: reseal,
        find: 'record: nextRecord(found, body)',
        replace: 'record: { ...nextRecord(found, body), retainUntil: found.record.expiresAt }',
      },
    ],
  },
  'reseal-revives': {
    mutation: 'a record that is sealed anew becomes active again',
    caughtBy: RACE,
    failureMatches: /(revoked|consumed) during reseal: (accepted|only)/,
    patches: [
      {
        file: reseal,
        find: 'record: nextRecord(found, body)',
        replace: "record: { ...nextRecord(found, body), state: 'active' }",
      },
    ],
  },
  'own-change-not-recognized': {
    mutation: 'a change of data whose reply was lost is made again',
    caughtBy: LOST_REPLY,
    failureMatches: /happened 2 times/,
    patches: [
      {
        file: updateData,
        find: 'if (last && found.body.dataId === this.#id)',
        replace: 'if (false)',
      },
      { file: updateData, find: 'if (last && indeterminate &&', replace: 'if (false &&' },
    ],
  },
  'lost-change-repeated': {
    mutation: 'a change whose reply was lost is made again after a change by another call',
    caughtBy: LOST_REPLY,
    failureMatches: /happened 2 times/,
    patches: [{ file: updateData, find: 'if (last && indeterminate &&', replace: 'if (false &&' }],
  },
  'change-computed-again': {
    mutation: 'after a lost reply the data is computed again, and another result is stored',
    caughtBy: LOST_REPLY,
    failureMatches: /the result is not what was stored/,
    patches: [
      {
        file: updateData,
        find: 'last?.expected === record.etag ? last.plan : this.#write(found)',
        replace: 'this.#write(found)',
      },
    ],
  },
  'reseal-begins-again': {
    mutation: 'a reseal takes no notice of its cursor',
    caughtBy: 'reseal',
    failureMatches: /begins where the one before has ended/,
    patches: [
      {
        file: reseal,
        find: 'eachPage(context, null, cursor ?? null)',
        replace: 'eachPage(context, null, null)',
      },
    ],
  },
  'reseal-in-dry-run': {
    mutation: 'a dry run of a reseal seals',
    caughtBy: 'reseal',
    failureMatches: /a dry run/,
    patches: [
      {
        file: reseal,
        find: 'if (this.#dryRun) {',
        replace: 'if (outdated.length === 0) {',
      },
    ],
  },
  'reseal-forgets-notes': {
    mutation: 'a reseal seals data, and leaves the notes of cutoffs under the old key',
    caughtBy: 'reseal',
    failureMatches: /how many texts|a dry run counts/,
    patches: [
      {
        file: 'sealing/reseal-record.js',
        find: 'body.revoked?.sealed, body.accessRevoked?.sealed]',
        replace: 'undefined, undefined]',
      },
    ],
  },
  'reseal-drops-unreadable': {
    mutation: 'a reseal replaces what it cannot open by nothing',
    caughtBy: 'reseal',
    failureMatches: /./,
    patches: [
      {
        file: reseal,
        find: 'if (anew !== null)\n                next.set(text, anew);',
        replace: "next.set(text, anew ?? '');",
      },
    ],
  },
  'reseal-of-ended-records': {
    mutation: 'a reseal writes records that may be pruned at any moment',
    caughtBy: 'reseal',
    failureMatches: /without those that end soon/,
    patches: [
      {
        file: reseal,
        find: 'retainUntil > prunedSoon',
        replace: 'retainUntil > 0',
      },
    ],
  },
  'pages-in-one-turn': {
    mutation: 'the pages of a reseal follow one another without a turn of the event loop',
    caughtBy: 'reseal',
    failureMatches: /other work goes on/,
    patches: [{ file: 'inspection/pages.js', find: 'await nextTurn();', replace: '' }],
  },
  'reseal-stops-early': {
    mutation: 'a reseal stops at the first records that need none: the rest of a killed one stays',
    caughtBy: 'reseal-killed',
    failureMatches: /after a killed reseal/,
    patches: [
      {
        file: reseal,
        find: 'if (!isEnded)',
        replace: 'if (!isEnded || run.resealed < run.scanned)',
      },
    ],
  },
})
