import type { CasesByCheck } from './cases.ts'

const schema = {
  type: 'object',
  required: ['id'],
  properties: {
    id: { type: 'integer', minimum: 1 },
    이름: { type: 'string', maxLength: 2 },
    place: { type: ['object', 'null'], required: ['code'], properties: { code: { enum: ['ICN', 7, null, true] } } },
  },
}
const list = (texts: readonly string[]): string => texts.map((text) => `('${text}')`).join(', ')

/** Of checks of what documents hold. */
export const ofDocuments: CasesByCheck = {
  json_schema: {
    column: 'word',
    columns: 'word varchar',
    given: { schema },
    passes: {
      rows: list([
        '{"id": 1}',
        '{"id": 2.0, "x": []}',
        '{"id": 3, "place": null}',
        '{"id": 1, "place": {"code": "ICN"}}',
        '{"id": 1, "place": {"code": 7.0}}',
        '{"id": 1, "place": {"code": null}}',
        '{"id": 1, "place": {"code": true}}',
      ]),
      failures: 0,
    },
    fails: {
      rows: list([
        '{',
        '[]',
        '{}',
        '{"id": 0}',
        '{"id": "1"}',
        '{"id": 1.5}',
        '{"id": 1, "place": {}}',
        '{"id": 1, "place": {"code": "GMP"}}',
        '{"id": 1, "place": 5}',
        '{"id": 1, "place": {"code": "7"}}',
      ]),
      failures: 10,
    },
    nulls: { rows: `(null)`, failures: 0 },
    duplicates: { rows: `('{}'), ('{}')`, failures: 2 },
    empty: { rows: '', failures: 0 },
    unicode: {
      rows: list(['{"id": 1, "이름": "인천"}', '{"id": 1, "이름": "인천공항"}', '{"id": 1, "이름": "\\ud55c\\uae00"}']),
      failures: 1,
    },
    more: {
      'does not stumble over characters that no text holds': {
        rows: list(['{"id": 1, "이름": "\\u0000"}', '{"id": 1, "이름": "\\ud83d\\ude00"}', '{"id": 1e400}']),
        given: { schema: { type: 'object', properties: { 이름: { minLength: 1 }, id: { maximum: 5 } } } },
        failures: 1,
      },
      'knows patterns, constants and exclusive bounds': {
        rows: list(['{"a": "x1", "b": 1, "c": 0.5}', '{"a": "x", "b": 1}', '{"b": 2}', '{"c": 1}']),
        given: {
          schema: {
            properties: {
              a: { pattern: '^x[0-9]$' },
              b: { const: 1 },
              c: { exclusiveMaximum: 1, exclusiveMinimum: 0 },
            },
          },
        },
        failures: 3,
      },
    },
  },
}
