import { expect, it } from 'vitest'
import { projectJsonSchema } from './index.ts'

it('describes both kinds of file, with the required keys and no others', () => {
  expect(projectJsonSchema()).toMatchObject({
    type: 'object',
    required: ['name'],
    additionalProperties: false,
  })
  expect(projectJsonSchema('properties')).toMatchObject({ properties: { models: {}, sources: {} } })
})
