import { build } from '../building.ts'
import type { Context } from '../context.ts'

export function execute(context: Context): Promise<number> {
  return build(context, 'all')
}
