import { hash } from 'node:crypto'

export interface Script {
  readonly text: string
  readonly sha: string
}

function script(text: string): Script {
  return { text, sha: hash('sha1', text) }
}

/** The keys and the arguments that a script is called with. */
export interface ScriptCall {
  readonly keys: readonly string[]
  readonly args: readonly (string | number)[]
}

/** The etag of a value that GET refuses to return, as a list or a hash. */
export const WRONG_TYPE = 'wrong-type'

/**
 * Reads the value under the key. `stored_etag` is what a write compares: `''` where there is no value.
 * The other fields are nil unless the value is a well-formed record. A value that core's codec cannot
 * decode has no etag: its fingerprint, which `toRecord` returns too, lets a write replace it.
 */
const READ = `
local function inspect(stored)
  if not stored then return '' end
  if type(stored) == 'table' then return '${WRONG_TYPE}' end
  local etag, created_at, expires_at, retain_until, groups =
    string.match(stored, '^3 [rcst] [acr] ([!-~]+) (%d+) (%d+) (%d+) ([%w_,-]*) [ -~]*$')
  if etag and #etag <= 64 and #created_at <= 16 and #expires_at <= 16 and #retain_until <= 16 then
    return etag, tonumber(retain_until), tonumber(created_at), groups
  end
  return redis.sha1hex(stored)
end
local function failed(reply)
  return type(reply) == 'table' and reply.err and not string.find(reply.err, '^WRONGTYPE')
end
local stored = redis.pcall('GET', KEYS[1])
if failed(stored) then return stored end
local stored_etag, retained_until, stored_created_at, stored_groups = inspect(stored)
`

/**
 * Reads many values. MGET returns nil for a list or a hash, as for a missing key; EXISTS counts it. The script could
 * write, so only a primary runs it.
 */
export const READ_ALL: Script = script(`#!lua flags=allow-oom
local values, missing = redis.call('MGET', unpack(KEYS)), {}
for i, value in ipairs(values) do
  if not value then missing[#missing + 1] = KEYS[i] end
end
if #missing > 0 and redis.call('EXISTS', unpack(missing)) > 0 then
  return redis.error_reply('WRONGTYPE among the values')
end
return values
`)

/**
 * One conditional write. With `#!lua` the server refuses the script before it begins where it could not
 * write: on a replica, out of memory, with a failing disk. So `false` too is the answer of a primary.
 *
 * The index entries come first: a record that cannot be indexed is not stored. An index that was
 * replaced by a value of another type does not stop a revocation. PXAT with a time in the past would
 * delete the record, so that is refused.
 */
export const WRITE: Script = script(`#!lua${READ}
local record, index, retention = KEYS[1], KEYS[2], KEYS[3]
local key, expected, etag, text, time, retain_until, expire_at, groups, channel = unpack(ARGV)
if stored_etag == etag then return 1 end
if stored_etag ~= expected then return 0 end
local now = redis.call('TIME')
if now[1] * 1000 + now[2] / 1000 >= tonumber(expire_at) then
  return redis.error_reply('PAST by the clock of the server')
end
local place = ' ' .. time .. ' ' .. key
local entry = key .. ' ' .. time .. ' ' .. groups
local added = redis.pcall('ZADD', retention, retain_until, entry)
if failed(added) then return added end
if not retained_until then
  added = redis.pcall('ZADD', index, 0, place)
  if failed(added) then return added end
  for group in string.gmatch(groups, '[^,]+') do
    redis.pcall('ZADD', index, 0, group .. place)
  end
end
redis.call('SET', record, text, 'PXAT', expire_at)
redis.pcall('PUBLISH', channel, key)
return 1
`)

/**
 * Deletes one record if its retention has ended, which is tested again here, and removes its entries.
 * Where another record is stored under its key, that one keeps its own entries.
 */
export const PRUNE: Script = script(`#!lua${READ}
local record, index, retention = KEYS[1], KEYS[2], KEYS[3]
local key, time, groups, now = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local entry = key .. ' ' .. time .. ' ' .. groups
local score = redis.call('ZSCORE', retention, entry)
if not score or tonumber(score) > now then return 0 end
redis.call('ZREM', retention, entry)
local is_kept = retained_until and retained_until > now
local shares_place = is_kept and stored_created_at == tonumber(time, 36)
local place = ' ' .. time .. ' ' .. key
if not is_kept then redis.call('DEL', record) end
if not shares_place then redis.pcall('ZREM', index, place) end
for group in string.gmatch(groups, '[^,]+') do
  local is_shared = shares_place and string.find(',' .. stored_groups, ',' .. group, 1, true)
  if not is_shared then redis.pcall('ZREM', index, group .. place) end
end
return is_kept and 0 or 1
`)
