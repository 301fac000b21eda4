import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { x } from 'tinyexec'

export const VERSION = '26.7.3'

const ARTIFACT = `org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`
const UNPACK = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack'

/**
 * The folder of Keycloak, unpacked from Maven Central (177 MB) the first time.
 * @throws if there is no `mvn`, or it fails
 */
export async function installKeycloak(): Promise<string> {
  const cache = resolve(import.meta.dirname, '../../node_modules/.cache/keycloak')
  const folder = join(cache, `keycloak-${VERSION}`)
  if (existsSync(join(folder, 'bin/kc.sh'))) return folder
  mkdirSync(cache, { recursive: true })
  console.log(`Fetching ${ARTIFACT} by Maven …`)
  const args = ['-q', '-B', UNPACK, `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${cache}`]
  await x('mvn', args, { throwOnError: true, nodeOptions: { cwd: cache } })
  return folder
}
