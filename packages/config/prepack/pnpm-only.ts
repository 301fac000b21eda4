import { basename } from 'node:path'

// The `prepack` script of every published package. npm would publish the manifest unchanged, with
// version specifiers that only pnpm resolves (`catalog:`, `workspace:^`), and the package could not
// be installed. The check looks at the program and not at `npm_config_user_agent`, because npm
// inherits that variable when a pnpm script starts it.
if (!basename(process.env['npm_execpath'] ?? '').startsWith('pnpm')) {
  console.error(
    'Only pnpm can pack and publish this package: npm would leave `catalog:` and `workspace:` in it.',
  )
  console.error('For a tarball run `npx -y pnpm@12 pack`; for a release see docs/releasing.md.')
  process.exitCode = 1
}
