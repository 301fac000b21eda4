export { startForgetfulMap as default } from './forgetful-map.ts'
