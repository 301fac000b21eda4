import { hash } from 'node:crypto'

export interface Script {
  readonly text: string
  readonly sha: string
}

function script(text: string): Script {
  return { text, sha: hash('sha1', text) }
}

/** Stands for what GET refuses to show, a list or a hash: its etag. */
export const WRONG_TYPE = 'wrong-type'

/**
 * What is stored under the key: the etag that is compared, `''` where there is nothing, and for a
 * whole record until when it is `kept`. Only what core's codec can decode has an etag of its own;
 * anything else has the fingerprint that `toRecord` answers, so that a write can replace it.
 */
const LOOK = `
local function look(stored)
  if not stored then return '' end
  if type(stored) == 'table' then return '${WRONG_TYPE}' end
  local etag, expires_at, retain_until =
    string.match(stored, '^1 [rcft] [acr] ([!-~]+) (%d+) (%d+) [0-9a-z,]* [ -~]*$')
  if etag and #etag <= 64 and #expires_at <= 16 and #retain_until <= 16 then
    return etag, tonumber(retain_until)
  end
  return redis.sha1hex(stored)
end
local function failed(reply)
  return type(reply) == 'table' and reply.err and not string.find(reply.err, '^WRONGTYPE')
end
local stored = redis.pcall('GET', KEYS[1])
if failed(stored) then return stored end
local stands, kept = look(stored)
`

/**
 * One entry. `#!lua` has the server refuse it before it begins where it could not write: on a
 * replica, out of memory, with a disk that fails; so `false` too is the word of a primary.
 *
 * Entries in the index come first: what cannot be indexed is not stored. Only a set that was replaced
 * by a value of another type is no reason to refuse a revocation. An instant that is past would delete
 * what it should keep: Redis takes it for an order.
 */
export const WRITE: Script = script(`#!lua${LOOK}
local record, index, retention = KEYS[1], KEYS[2], KEYS[3]
local key, expected, etag, text, retain_until, expire_at, groups, channel = unpack(ARGV)
if stands == etag then return 1 end
if stands ~= expected then return 0 end
local time = redis.call('TIME')
if time[1] * 1000 + time[2] / 1000 >= tonumber(expire_at) then
  return redis.error_reply('PAST by the clock of the server')
end
local added = redis.pcall('ZADD', retention, retain_until, key .. ' ' .. groups)
if failed(added) then return added end
if not kept then
  added = redis.pcall('ZADD', index, 0, ' ' .. key)
  if failed(added) then return added end
  for group in string.gmatch(groups, '[^,]+') do
    redis.pcall('ZADD', index, 0, group .. ' ' .. key)
  end
end
redis.call('SET', record, text, 'PXAT', expire_at)
redis.pcall('PUBLISH', channel, key)
return 1
`)

/**
 * One record that was found to be past, if it still is. Where the record is gone by itself, its
 * entries go; where another stands under its key, only the entry that was found does.
 */
export const PRUNE: Script = script(`#!lua${LOOK}
local record, index, retention = KEYS[1], KEYS[2], KEYS[3]
local key, groups, now = ARGV[1], ARGV[2], tonumber(ARGV[3])
local entry = key .. ' ' .. groups
local score = redis.call('ZSCORE', retention, entry)
if not score or tonumber(score) > now then return 0 end
redis.call('ZREM', retention, entry)
if kept and kept > now then return 0 end
redis.call('DEL', record)
redis.pcall('ZREM', index, ' ' .. key)
for group in string.gmatch(groups, '[^,]+') do
  redis.pcall('ZREM', index, group .. ' ' .. key)
end
return 1
`)
