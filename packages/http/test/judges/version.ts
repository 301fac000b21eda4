import { readFileSync } from 'node:fs'

/** The version of a program of others, so that a report names what has judged. */
export function versionOf(name: string): string {
  const url = new URL(`../../node_modules/${name}/package.json`, import.meta.url)
  const { version } = JSON.parse(readFileSync(url, 'utf8')) as { version: string }
  return version
}
