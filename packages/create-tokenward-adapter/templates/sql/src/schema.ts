import { NotPrepared } from '@tokenward/core/adapter'

/** A record is in at most as many groups. Each place has an index, because a list is in one order. */
export const GROUP_PLACES: readonly number[] = [1, 2, 3, 4, 5]

/**
 * Written for Postgres and its relatives; adapt the types and the collation. All texts are ASCII. They must
 * be compared byte for byte, because the case of keys counts: `COLLATE "C"` here, `CHARACTER SET ascii
 * COLLATE ascii_bin` in MySQL (`ascii_nopad_bin` in MariaDB), `COLLATE Latin1_General_BIN2` in SQL Server. A
 * body has up to 65,536 bytes: `mediumtext` in MySQL, where `text` is one byte too short. The instants are ms
 * since 1970.
 */
export const STATEMENTS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS tokenward_records (
  namespace varchar(64) COLLATE "C" NOT NULL,
  record_key varchar(24) COLLATE "C" NOT NULL,
  kind varchar(7) NOT NULL,
  state varchar(8) NOT NULL,
  etag varchar(64) COLLATE "C" NOT NULL,
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  retain_until bigint NOT NULL,
  ${GROUP_PLACES.map((place) => `group_${place} varchar(25) COLLATE "C" NOT NULL`).join(',\n  ')},
  body text NOT NULL,
  PRIMARY KEY (namespace, record_key)
)`,
  `CREATE INDEX IF NOT EXISTS tokenward_records_by_retention
  ON tokenward_records (namespace, retain_until)`,
  `CREATE INDEX IF NOT EXISTS tokenward_records_by_creation
  ON tokenward_records (namespace, created_at, record_key)`,
  ...GROUP_PLACES.map(
    (place) => `CREATE INDEX IF NOT EXISTS tokenward_records_by_group_${place}
  ON tokenward_records (namespace, group_${place}, created_at, record_key)`,
  ),
]

export function notPrepared(cause: unknown): NotPrepared {
  return new NotPrepared('The database lacks the table of Tokenward: run prepare() once.', cause)
}
