import type { Assertion } from '../../assertions/index.ts'
import type { Exposure, Graph } from '../graph.ts'
import { plainLocation } from '../testing.ts'

/* Assertions and exposures with nothing special about them, for tests of selections. */

/** An assertion `<node>.<name>`, or a singular one `test.<name>` without a node. */
export function plainAssertion(name: string, reads: readonly string[], more: Partial<Assertion> = {}): Assertion {
  const { node } = more
  return {
    id: node === undefined ? `test.${name}` : `${node}.${name}`,
    name,
    type: node === undefined ? 'sql' : name.replace(/\(.*$/, ''),
    arguments: {},
    severity: 'error',
    scope: { kind: 'table' },
    warnIf: { operator: '!=', value: 0, percent: false },
    errorIf: { operator: '!=', value: 0, percent: false },
    limit: 10,
    storeFailures: true,
    tags: [],
    description: '',
    reads,
    hash: name,
    blocking: false,
    location: { ...plainLocation, path: node === undefined ? `tests/sql/${name}.sql` : 'models/schema.yml' },
    ...more,
  }
}

export function plainExposure(name: string, dependsOn: readonly string[], more: Partial<Exposure> = {}): Exposure {
  return {
    id: `exposure.${name}`,
    name,
    label: '',
    type: 'dashboard',
    description: '',
    owner: {},
    tags: [],
    meta: {},
    package: 'test',
    location: { ...plainLocation, path: 'models/exposures.yml' },
    dependsOn,
    ...more,
  }
}

/** A selector of selectors.yml. */
export function plainSelector(
  name: string,
  definition: Graph['selectors'][number]['definition'],
  more: Partial<Graph['selectors'][number]> = {},
): Graph['selectors'][number] {
  const location = { ...plainLocation, path: 'selectors.yml' }
  return { name, description: '', isDefault: false, definition, location, ...more }
}
