export { startEvictingMap as default } from './evicting-map.ts'
