import { Closed } from '../../../packages/core/src/errors.ts'

/** The address of the site. Errors print addresses below it, so it is defined with them. */
export const ORIGIN: string = new URL(new Closed('').url).origin
