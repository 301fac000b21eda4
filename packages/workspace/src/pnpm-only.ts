import { basename } from 'node:path'

// The script `prepack` of every published package. npm would publish the manifest as it is, with versions
// that only pnpm understands (`catalog:`, `workspace:^`), and nobody could install the package.
// By the program, because npm passes on `npm_config_user_agent` where a script of pnpm starts it.
if (!basename(process.env['npm_execpath'] ?? '').startsWith('pnpm')) {
  console.error('Only pnpm can pack and publish this package: npx -y pnpm@12 publish')
  process.exitCode = 1
}
