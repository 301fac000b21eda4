import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build } from 'vitepress'
import { writeTextsForModels } from './llms.ts'
import { siteFolder } from './paths.ts'
import { generateReference } from './reference.ts'
import { clearPages, stage } from './stage.ts'

const { values } = parseArgs({ options: { 'without-reference': { type: 'boolean' } } })

clearPages()
if (values['without-reference'] !== true) await generateReference()
stage()
await build(join(siteFolder, '..'))
writeTextsForModels()
