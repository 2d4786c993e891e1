export { configShape } from './config-schema.ts'
export { effectlessAssertionConfig, effectlessConfig, effectlessProperties } from './effectless.ts'
export {
  type ConfigTree,
  configAt,
  type FolderTree,
  folderTree,
  layerAt,
  readConfigBlock,
  readFolderConfig,
} from './folder-config.ts'
export { holdsTemplates, hooks, hookTemplates, isHookSetting, readRunHooks, settingKey } from './hooks.ts'
export { mergeConfig, parseModelConfig, parseSeedConfig } from './model-config.ts'
