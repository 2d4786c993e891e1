import type { Aliases } from './alias.ts'

/** Other names of ours: what people call these checks elsewhere. */
export const secondNames: Aliases = {
  between: { type: 'accepted_range', renamed: { min: 'min_value', max: 'max_value' } },
  row_condition: { type: 'expression_is_true' },
}
