export { startSmallMap as default } from './small-map.ts'
