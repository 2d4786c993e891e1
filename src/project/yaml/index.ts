export {
  childOf,
  describeJson,
  entriesOf,
  entryOf,
  itemsOf,
  located,
  type Span,
  spanOf,
  textOf,
  toJson,
  type YamlEntry,
  type YamlFile,
  type YamlMap,
  type YamlNode,
  type YamlScalar,
} from './yaml-node.ts'
export { parseYaml } from './yaml-parse.ts'
