import type { ExpectedRows, UnitTest, WrittenRows } from '../compiler/index.ts'
import { dependsOn, type ManifestNode, type ManifestParts, type NodesById, qualifiedName } from './manifest-request.ts'

/** Rows as they are written: mappings, or a text. */
function rowsOf(rows: WrittenRows): ManifestNode {
  const written =
    rows.format === 'dict'
      ? rows.rows.map(({ cells }) => Object.fromEntries(cells.map(({ column, value }) => [column, value])))
      : rows.text
  return { rows: written, format: rows.format, fixture: null }
}

/** An input in the words of a template. */
function inputOf(node: string, test: UnitTest, at: NodesById): string {
  if (node === test.model) return 'this'
  const source = at.sources.get(node)
  return source ? `source('${source.group}', '${source.name}')` : `ref('${at.models.get(node)?.name ?? node}')`
}

const expected = (one: ExpectedRows | undefined): ManifestNode | null => (one ? rowsOf(one.rows) : null)

/** A unit test as the manifest has it. What only elt has of it stands under `config`. */
export function unitTestNode(test: UnitTest, parts: ManifestParts, at: NodesById): ManifestNode {
  const { name, model, description, tags, meta, location, package: from, hash } = test
  const { path } = location
  return {
    model: at.models.get(model)?.name ?? model,
    given: test.given.map(({ node, rows }) => ({ input: inputOf(node, test, at), ...rowsOf(rows) })),
    expect: expected(test.expect) ?? expected(test.expectTable) ?? { rows: [], format: 'dict', fixture: null },
    name,
    resource_type: 'unit_test',
    package_name: from,
    path: path.replace(/^.*\//, ''),
    original_file_path: path,
    unique_id: parts.ids.assertion(test.id),
    fqn: [...qualifiedName(from, path, at.models.get(model)?.name ?? model), name],
    description,
    overrides: null,
    depends_on: dependsOn([], [model], parts),
    config: { tags, meta, enabled: true, expect_table: expected(test.expectTable) },
    checksum: hash,
    schema: at.models.get(model)?.relation.schema ?? null,
    created_at: parts.createdAt,
    versions: null,
    version: null,
  }
}
