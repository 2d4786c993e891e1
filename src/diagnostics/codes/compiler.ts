import { define } from '../define.ts'

/** What can go wrong in the stage `compiler`. Codes are permanent: a published one is never renamed or reused. */
export const compilerCodes = {}
