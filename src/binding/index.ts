export { bind } from './bind.ts'
export type { BindingStore, Bindings, BindRequest, WarehouseView } from './request.ts'
