import { define } from '../define.ts'

/** What can go wrong in `--select` and `--exclude`; a part of the compiler's codes. */
export const selectionCodes = {
  'selector-empty': define<{ selector: string; nearest?: string | undefined; source?: boolean; excludes?: boolean }>({
    severity: 'error',
    message: (p) =>
      p.excludes
        ? `the selector \`${p.selector}\` excludes all that is selected`
        : p.source
          ? `the selector \`${p.selector}\` names sources only, and sources are not built`
          : `the selector \`${p.selector}\` matches nothing`,
    why: (p) => (p.source || p.excludes ? undefined : 'a misspelt selector would otherwise look like success'),
    help: (p) =>
      p.excludes
        ? ['select more, or exclude less']
        : p.source
          ? [`select what reads them: \`${p.selector}+\``]
          : p.nearest
            ? [`a similar one matches: \`${p.nearest}\``]
            : ['`elt ls` lists the models'],
    explain:
      'Every selector given to `--select` or `--exclude` must match at least one model. Selectors are names, `layer.name`, folders, `tag:x`, `layer:x`, `path:models/x`, `source:group.name`, `config.key:value`, with `*` for any text; `+` before or after adds upstreams or downstreams, `2+x` as far as two steps, `@x` also the upstreams of the downstreams.',
  }),
  'selector-invalid': define<{ selector: string; problem: string; nearest?: string | undefined }>({
    severity: 'error',
    message: (p) => `the selector \`${p.selector}\` ${p.problem}`,
    help: (p) => (p.nearest ? [`a method with a similar name exists: \`${p.nearest}:\``] : []),
    explain:
      'A selector is `[@][n+]what[+n]`, where `what` is a name or `method:value` with one of the methods `tag`, `layer`, `path`, `source`, `config.<key>`. A comma between selectors, without spaces, keeps what all of them match; a space adds.',
  }),
}
