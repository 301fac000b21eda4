import { type Area, engineAreas } from './kinds-of-engine-mistakes.ts'

/** Mistakes that an adapter or an engine can have, in plain words, and the known-bads of each kind. */
export interface KindOfMistake {
  readonly kind: string
  /** Names of known-bads. Empty: there is none yet, and the suite may not see such a mistake. */
  readonly twins: readonly string[]
}

/** When a kind is missed that is not in this table, add it, and then a known-bad of it. */
export const areas: readonly Area[] = [
  {
    area: 'When a store deletes',
    kinds: {
      'retention follows `expiresAt` and not `retainUntil`': ['prune-by-expiry', 'expired-hidden'],
      'an expiry is capped, for instance at 30 days': ['expiry-capped'],
      'an expiry is too long for its field, or is read as an instant': [
        'ttl-relative-30d',
        'ttl-int-overflow',
      ],
      'an expiry is rounded down, or not renewed': ['expiry-rounded-down', 'ttl-not-renewed'],
      'a record whose retention is past is kept for ever, or reported as stored': [
        'ttl-zero-forever',
        'past-dropped-as-kept',
      ],
      'prune decides by what it read before it deletes': ['prune-select-then-delete'],
      'prune deletes more than its limit': ['prune-without-limit', 'prunes-at-once'],
      'prune deletes only records of one kind': ['prune-tokens-alone'],
      'prune leaves entries of an index behind': ['index-entries-left'],
    },
  },
  {
    area: 'Opening, closing and the schema',
    kinds: {
      '`open()` changes data': ['opening-deletes-expired'],
      '`open()` returns its findings to the first instance of a process only': ['findings-once'],
      '`migrate(true)` migrates': ['dry-run-migrates'],
      'connections or files stay open after `close()`': ['files-left-open'],
      'calls open the store again after `close()`': ['reopens-after-close', 'opens-after-close'],
      'a client of the caller is closed': ['closes-caller-owned-client'],
    },
  },
  {
    area: 'More than a handful',
    kinds: {
      'a list is cut at a number of records': ['list-cut-at-100'],
      'a page begins at a record that was pruned meanwhile, and is lost': [
        'page-after-pruned-lost',
      ],
      'pages skip or repeat records': ['offset-paging', 'list-skips-ties', 'list-from-inclusive'],
      'a batch or a read is cut at a number of keys': ['long-batch-cut', 'reads-at-most-256'],
      'a reply of more than 64 KiB is cut': ['reply-cut-at-64-kib'],
    },
  },
  {
    area: 'Namespaces',
    kinds: {
      'a namespace is not looked at': [
        'namespace-ignored',
        'namespace-not-hashed',
        'writes-across-namespaces',
        'filters-without-namespace',
      ],
      'a namespace is compared by its beginning': [
        'prune-crosses-namespaces',
        'list-crosses-namespaces',
      ],
      'a namespace is cut, so that two of them meet': ['namespace-cut'],
      'a namespace is trimmed or normalized, so that two of them meet': [
        'namespace-trimmed',
        'namespace-normalized',
      ],
    },
  },
  {
    area: 'Durability and notifications',
    kinds: {
      'a write is acknowledged before it is stored': [
        'early-ack',
        'acknowledges-then-sends',
        'write-behind',
      ],
      'only inserts are acknowledged rightly: a replacement is not stored yet': [
        'replacement-acknowledged-early',
      ],
      'a replacement does not survive a crash or a loss of power, and an insert does': [
        'replacements-sent-late',
      ],
      'changes are not reported': ['watch-silent'],
      'only inserts are reported, and no replacements': ['replacements-not-reported'],
      'records are lost when the store is closed': ['data-lost-at-close'],
    },
  },
  {
    area: 'The compare-and-set register',
    kinds: {
      'comparing and setting are two steps': ['compare-then-set', 'locked-per-process'],
      'nothing is compared': ['blind-overwrite', 'affected-rows-ignored', 'last-write-wins'],
      'etags are compared without their case': ['case-insensitive-etags'],
      'etags are compared by their beginning': ['etag-beginning-compared'],
      'equal content counts as the same write': ['equal-content-is-repeated'],
      'a body is longer than its column': ['body-truncated', 'body-rejected'],
      'an instant is stored as a local time': ['instants-in-local-time'],
      'a body is decoded and encoded again': ['body-parsed', 'body-as-windows-1252'],
      'an old record is read': [
        'replica-read',
        'replica-read-at-times',
        'stale-read',
        'stale-reads-during-outage',
      ],
      'a write is sent again after a cut reply': [
        'resends-and-compares',
        'repeats-until-answered',
        'insert-sent-again',
        'driver-repeats',
      ],
      'reads that only a deposed primary answers from the past': ['answers-when-deposed'],
    },
  },
  {
    area: 'Claims',
    kinds: {
      'an adapter claims less than it is, and so avoids cases': ['network-not-claimed'],
      'an adapter claims more than it can': ['watch-missing', 'list-missing', 'no-findings'],
      'core relies on what is not claimed': [
        'any-policy-accepted',
        'older-reads-accepted',
        'evicting-saved',
      ],
    },
  },
  {
    area: 'Leaks and stalls',
    kinds: {
      'a few KiB are kept for each call': ['keeps-2-kib-per-call'],
      'all that was sent is kept, or listeners are': ['keeps-what-was-sent', 'listeners-left'],
      'connections are lost by failed calls': ['leaks-connections'],
      'the thread is blocked for seconds by one call': ['blocks-the-thread'],
      'long work does not let other work go on': ['prunes-without-pause', 'pages-in-one-turn'],
      'a deadline is ignored': ['never-times-out', 'ignores-abort', 'kms-without-deadline'],
    },
  },
  ...engineAreas,
]

/** All kinds, without their areas. */
export const kindsOfMistakes: readonly KindOfMistake[] = areas.flatMap(({ kinds }) =>
  Object.entries(kinds).map(([kind, twins]) => ({ kind, twins })),
)
