const selector = { $ref: '#/$defs/selector' } as const
const list = { type: 'array', items: selector, minItems: 1 } as const
const depth = { type: 'integer', minimum: 1 } as const
const leavesOut = 'Leaves these out'

/** `exclude` stands among the selectors that it takes something from. */
const items = {
  type: 'array',
  minItems: 1,
  items: { anyOf: [selector, { $ref: '#/$defs/exclusion' }] },
} as const

/** One key, which stands alone. */
const alone = (key: string, description: string) => ({
  type: 'object',
  properties: { [key]: { ...items, description } },
  required: [key],
  additionalProperties: false,
})

/** JSON Schema of `selectors.yml`. */
export const selectorsJsonSchema = {
  type: 'object',
  properties: {
    selectors: {
      description: 'Selections with names: elt build --selector nightly',
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string', description: 'Its name, for --selector' },
          description: { type: 'string', description: 'What it is for' },
          default: {
            description: 'Whether it counts where the command line selects nothing',
            anyOf: [{ type: 'boolean' }, { type: 'string', pattern: '\\{\\{' }],
          },
          definition: { ...selector, description: 'A selector as on the command line, or a mapping' },
        },
        required: ['name', 'definition'],
        additionalProperties: false,
      },
    },
  },
  required: ['selectors'],
  additionalProperties: false,
  $defs: {
    exclusion: {
      type: 'object',
      properties: { exclude: { ...list, description: leavesOut } },
      required: ['exclude'],
      additionalProperties: false,
    },
    selector: {
      anyOf: [
        { type: 'string', minLength: 1 },
        {
          type: 'object',
          properties: {
            method: { type: 'string', description: 'What the value is: tag, path, fqn, config.materialized, state …' },
            value: { type: 'string', description: 'What is looked for' },
            children: { type: 'boolean', description: 'Also what reads it' },
            parents: { type: 'boolean', description: 'Also what it reads' },
            children_depth: { ...depth, description: 'How many steps of readers' },
            parents_depth: { ...depth, description: 'How many steps of what is read' },
            childrens_parents: { type: 'boolean', description: 'Also all that its readers read' },
            indirect_selection: {
              enum: ['eager', 'cautious', 'buildable', 'empty'],
              description: 'Which assertions ride along',
            },
            exclude: { ...list, description: leavesOut },
          },
          required: ['method', 'value'],
          additionalProperties: false,
        },
        alone('union', 'What any of them selects'),
        alone('intersection', 'What all of them select'),
        // `tag: nightly`: a method and its value.
        {
          type: 'object',
          minProperties: 1,
          maxProperties: 1,
          propertyNames: { pattern: '^(?!(?:union|intersection|exclude|method|value)$)' },
          additionalProperties: { type: 'string' },
        },
      ],
    },
  },
}
