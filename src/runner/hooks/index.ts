export { runHooks } from './hooks.ts'
export { createHookSender } from './send-hooks.ts'
