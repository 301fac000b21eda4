import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Opens a log of JSON lines that a worker appends to. @returns what is in it already */
export function openLog<T>(path: string): T[] {
  mkdirSync(dirname(path), { recursive: true })
  appendFileSync(path, '')
  return readLog<T>(path)
}

/** A process that was killed may have left half a line. */
export function readLog<T>(path: string): T[] {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as T]
      } catch {
        return []
      }
    })
}
