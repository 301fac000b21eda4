/**
 * Cases that no known-bad can be made for, and why. Every other case of the suite is failed by at least
 * one.
 */
export const uncatchableCases: Readonly<Record<string, string>> = {
  'power-loss':
    'no wrapper comes between a storage and its disk: the tests of an adapter run the same count on settings that do not sync (SQLite: synchronous=NORMAL) and see it fail',
  failover:
    "no wrapper makes a store elect: the suite's own tests run it on a set whose followers are behind and see it fail",
  'dead-ring-member':
    "no wrapper spreads a store over several servers: the suite's own tests run it on a ring that continues without the dead server, and on one whose dead servers lose their data, and see it fail",
  'script-flush':
    'no wrapper has scripts to lose: the adapter for Redis fails it without its answer to NOSCRIPT',
  'retained-by-server-clock':
    "no wrapper moves a server's clock: the suite's own tests run it on servers that expire records by their clock and see it fail",
  'server-clock-jump':
    "no wrapper moves a server's clock: the suite's own tests run it on a server that expires records by its clock and see it fail",
}
