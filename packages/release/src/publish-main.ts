import { publishFolder } from './publish.ts'

// `node publish-main.ts FOLDER`, in the workflow alone: npm gets its right to publish from there.
const [folder] = process.argv.slice(2)
if (process.env['GITHUB_ACTIONS'] !== 'true' || folder === undefined) {
  console.error('Only the workflow release.yml publishes: see docs/releasing.md')
  process.exitCode = 2
} else {
  await publishFolder(folder, { provenance: true })
}
