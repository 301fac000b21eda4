export { startFullMap as default } from './full-map.ts'
