import type { Operation } from '../../src/linearizability/operation.ts'
import { lost, no, read, under, yes } from './operations.ts'

/** Histories that a correct store can produce, by their special feature. */
export const good: Readonly<Record<string, readonly Operation[]>> = {
  'nothing happened': [],
  'a read of nothing': [read(0, 1, null)],
  'one after the other': [
    read(0, 1, null),
    yes(2, 3, null, 'a'),
    read(4, 5, 'a'),
    yes(6, 7, 'a', 'b'),
    read(8, 9, 'b'),
  ],
  'a read beside a write sees what was before': [yes(0, 9, null, 'a'), read(1, 8, null)],
  'a read beside a write sees it already': [yes(0, 9, null, 'a'), read(1, 8, 'a')],
  'reads beside a write agree on its instant': [
    yes(0, 9, null, 'a'),
    read(1, 2, null),
    read(3, 4, 'a'),
  ],
  'two reads that overlap differ, the later begun sees the older': [
    yes(0, 9, null, 'a'),
    read(1, 5, 'a'),
    read(2, 6, null),
  ],
  'of two racing inserts one wins': [yes(0, 9, null, 'a'), no(1, 8, null, 'b'), read(10, 11, 'a')],
  'the loser returns before the winner': [yes(0, 9, null, 'a'), no(1, 2, null, 'b')],
  'the loser begins last and ends first, and another read nothing before': [
    yes(0, 9, null, 'a'),
    read(1, 2, null),
    no(3, 4, null, 'b'),
  ],
  'a stale write is refused': [yes(0, 1, null, 'a'), yes(2, 3, 'a', 'b'), no(4, 5, 'a', 'c')],
  'a write on an etag that was never stored is refused': [yes(0, 1, null, 'a'), no(2, 3, 'z', 'b')],
  'an exact repetition is answered true': [yes(0, 1, null, 'a'), yes(2, 3, null, 'a')],
  'an exact repetition after it was replaced is answered false': [
    yes(0, 1, null, 'a'),
    yes(2, 3, 'a', 'b'),
    no(4, 5, null, 'a'),
  ],
  'two concurrent repetitions of one write': [
    yes(0, 5, null, 'a'),
    yes(1, 6, null, 'a'),
    yes(7, 8, 'a', 'b'),
  ],
  'a repetition that overlaps its replacement is answered true': [
    yes(0, 1, null, 'a'),
    yes(2, 9, 'a', 'b'),
    yes(3, 8, null, 'a'),
  ],
  'a lost write happened': [lost(0, null, 'a'), read(1, 2, 'a')],
  'a lost write never happened': [lost(0, null, 'a'), read(1, 2, null), yes(3, 4, null, 'b')],
  'a lost write happens long after it was aborted': [
    lost(0, null, 'a'),
    read(1, 2, null),
    read(50, 51, null),
    read(52, 59, 'a'),
  ],
  'a lost write that is never seen explains a refusal': [
    yes(0, 1, null, 'a'),
    lost(2, 'a', 'b'),
    no(3, 4, 'a', 'c'),
  ],
  'a lost write is seen only by the write that is based on it': [
    lost(0, null, 'a'),
    yes(1, 2, 'a', 'b'),
    read(3, 4, 'b'),
  ],
  'a chain of lost writes': [
    lost(0, null, 'a'),
    lost(1, 'a', 'b'),
    lost(2, 'b', 'c'),
    read(3, 4, null),
    read(5, 6, 'c'),
  ],
  'a lost write is repeated and answered true': [
    lost(0, null, 'a'),
    yes(1, 2, null, 'a'),
    yes(3, 4, 'a', 'b'),
  ],
  'a lost write happened, and its repetition came too late': [
    lost(0, null, 'a'),
    yes(1, 4, 'a', 'b'),
    no(2, 3, null, 'a'),
  ],
  'a hundred lost writes on one etag, and the last one counts': [
    ...Array.from({ length: 100 }, (_, i) => lost(i, null, `a${i}`)),
    no(200, 201, null, 'b'),
    read(202, 203, 'a99'),
  ],
  'keys do not mix': [
    ...under('one', [yes(0, 1, null, 'a'), read(2, 3, 'a')]),
    ...under('two', [read(2, 3, null), yes(4, 5, null, 'a')]),
  ],
  'an end and a beginning at the same instant overlap': [yes(0, 5, null, 'a'), read(5, 6, null)],
  'an instant without length': [yes(3, 3, null, 'a'), read(3, 3, 'a'), read(3, 3, null)],
  'six racers in a chain that all overlap': [
    yes(0, 9, 'e', 'f'),
    yes(0, 9, 'd', 'e'),
    yes(0, 9, 'c', 'd'),
    yes(0, 9, 'b', 'c'),
    yes(0, 9, 'a', 'b'),
    yes(0, 9, null, 'a'),
    read(10, 11, 'f'),
  ],
  'an etag comes back, which core never allows': [
    yes(0, 1, null, 'a'),
    yes(2, 3, 'a', 'b'),
    yes(4, 5, 'b', 'a'),
    read(6, 7, 'a'),
  ],
  'a write begins while its etag is stored, and stores it again after it was replaced': [
    yes(0, 1, null, 'a'),
    yes(2, 20, 'b', 'a'),
    yes(3, 4, 'a', 'b'),
    read(5, 6, 'b'),
    read(7, 8, 'a'),
  ],
  'a lost write that takes effect in a cycle, once': [
    yes(0, 1, null, 'a'),
    lost(2, 'a', 'b'),
    yes(3, 4, 'b', 'a'),
    read(5, 6, 'a'),
  ],
  'a write that changes nothing': [yes(0, 1, null, 'a'), yes(2, 3, 'a', 'a'), no(4, 5, 'z', 'z')],
  'the same etag by another way': [yes(0, 1, null, 'a'), yes(2, 3, 'z', 'a'), yes(4, 5, 'a', 'b')],
}
