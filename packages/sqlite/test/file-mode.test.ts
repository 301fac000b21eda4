import { chmodSync, existsSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { fileModeFindings } from '../src/file-mode.ts'
import { sqlite } from '../src/index.ts'
import { newFile, prepared, record, soon } from './support.ts'

function mode(file: string): string {
  return (statSync(file).mode & 0o777).toString(8)
}

async function findingsOf(source: string | DatabaseSync) {
  const repository = sqlite(source)
  onTestFinished(() => repository.close())
  return repository.open()
}

describe.skipIf(process.platform === 'win32')('a file', () => {
  let umask: number
  beforeAll(() => {
    umask = process.umask(0o022)
  })
  afterAll(() => void process.umask(umask))

  test.each([
    ['by its name', (file: string) => file],
    ['by a URI', (file: string) => pathToFileURL(file).href],
    [
      'by a URI without authority',
      (file: string) => `file:${file.replaceAll('s', '%73')}?cache=private#x`,
    ],
  ])('is created for its owner alone, with -wal and -shm: %s', async (_, sourceOf) => {
    const file = newFile()
    const repository = await prepared(sourceOf(file))
    await repository.write([{ record: record(1), expected: null }], soon())
    const modes = [file, `${file}-wal`, `${file}-shm`].map(mode)
    expect(modes).toEqual(['600', '600', '600'])
    expect(await repository.open()).toEqual([])
  })

  test('is not created where SQLite would not create one', async () => {
    const file = newFile()
    await expect(findingsOf(`file:${file}?mode=rw`)).rejects.toThrow('cannot be opened')
    expect(existsSync(file)).toBe(false)
  })

  test.each([
    [0o644, 'read it'],
    [0o604, 'read it'],
    [0o666, 'read it, and undo revocations'],
    [0o602, 'read it, and undo revocations'],
  ])('that other users can use is reported, and its mode is kept: %o', async (bits, what) => {
    const file = newFile()
    writeFileSync(file, '')
    chmodSync(file, bits)
    const [finding, ...rest] = await findingsOf(file)
    expect(finding?.code).toBe('file-permissions')
    expect(finding?.message).toContain(`${file} has mode ${bits.toString(8)}`)
    expect(finding?.message).toMatch(new RegExp(`every user of this machine can ${what}$`))
    expect(finding?.fix).toMatch(new RegExp(`^chmod 600 ${file}( |$)`))
    // It is for information: no policy is refused for it.
    expect(finding).not.toHaveProperty('downgrades')
    expect(rest).toEqual([])
    expect(mode(file)).toBe(bits.toString(8))
  })

  test('of a caller-owned handle is checked too', async () => {
    const file = newFile()
    const handle = new DatabaseSync(file)
    onTestFinished(() => handle.close())
    handle.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    expect(await findingsOf(handle)).toMatchObject([{ code: 'file-permissions' }])
    for (const part of ['', '-wal', '-shm']) {
      if (existsSync(`${file}${part}`)) chmodSync(`${file}${part}`, 0o600)
    }
    expect(await findingsOf(handle)).toEqual([])
  })

  test('that only the owner and the group can use is not reported', async () => {
    const file = newFile()
    writeFileSync(file, '')
    chmodSync(file, 0o660)
    expect(await findingsOf(file)).toEqual([])
  })

  test('has a fix that a shell can run, also for -wal and -shm', () => {
    const file = `${dirname(newFile())}/it's mine.db`
    for (const path of [file, `${file}-wal`]) writeFileSync(path, '')
    chmodSync(file, 0o600)
    chmodSync(`${file}-wal`, 0o644)
    const [finding] = fileModeFindings(file, 'linux')
    expect(finding?.fix).toBe(`chmod 600 '${`${file}-wal`.replace("'", "'\\''")}'`)
  })
})

test('there is no finding on Windows', () => {
  const file = newFile()
  writeFileSync(file, '')
  chmodSync(file, 0o666)
  expect(fileModeFindings(file, 'win32')).toEqual([])
})
