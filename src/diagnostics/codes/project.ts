import { define } from '../define.ts'

/** What can go wrong in the stage `project`. Codes are permanent: a published one is never renamed or reused. */
export const projectCodes = {}
