// What changesets writes into the changelogs: the text of each changeset, without the hashes of commits and
// without lists of updated packages. All packages have one version, so that is never news.

interface Changeset {
  readonly summary: string
}

export async function getReleaseLine({ summary }: Changeset): Promise<string> {
  const [first = '', ...others] = summary.trim().split('\n')
  return [`- ${first}`, ...others.map((line) => (line === '' ? '' : `  ${line}`))].join('\n')
}

export async function getDependencyReleaseLine(): Promise<string> {
  return ''
}
