import { generateSealingKey, type SealingKeys, type Tokenward } from '@tokenward/core'
import { CONFIG, type Project, project } from './project.ts'

export interface SealedProject extends Project {
  /** In the files `old.json` and `new.json`. */
  readonly sealing: { readonly old: SealingKey; readonly new: SealingKey }
}

type SealingKey = ReturnType<typeof generateSealingKey> & { readonly kid: string }

export const OLD_KEY: readonly string[] = ['--key-file', 'old.json']
export const NEW_KEY: readonly string[] = ['--key-file', 'new.json']

/** A project whose config has no sealing keys, and two of them in files. */
export async function sealedProject(): Promise<SealedProject> {
  const it = await project()
  it.write('tokenward.config.ts', CONFIG)
  const sealing = { old: sealingKey('seal-old'), new: sealingKey('seal-new') }
  for (const [name, key] of Object.entries(sealing)) {
    it.write(`${name}.json`, JSON.stringify(key))
    it.secrets.push(String(key.k))
  }
  return Object.assign(it, { sealing })
}

function sealingKey(kid: string): SealingKey {
  return { ...generateSealingKey(), kid }
}

/** Plays the application, which has these sealing keys. */
export function asApplication<T>(
  it: SealedProject,
  sealing: SealingKeys,
  work: (instance: Tokenward) => Promise<T>,
): Promise<T> {
  return it.withTokenward(work, { sealing })
}

/** Sessions of `ada`, sealed with the old key, the last one of them the newest. */
export async function loginEach(it: SealedProject, labels: readonly string[]): Promise<string[]> {
  const ids: string[] = []
  await asApplication(it, it.sealing.old, async (tokens) => {
    for (const label of labels) {
      const login = await tokens.issue({
        subject: 'ada',
        client: 'web',
        label,
        data: { device: label },
      })
      it.secrets.push(login.accessToken, login.refreshToken)
      ids.push(login.session)
    }
  })
  return ids
}
