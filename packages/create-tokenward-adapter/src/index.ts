export {
  type CreateAdapterOptions,
  type CreatedAdapter,
  createAdapter,
  type License,
  type Server,
  type Template,
} from './create-adapter.ts'
export { CreateAdapterError, type CreateAdapterErrorCode } from './errors.ts'
