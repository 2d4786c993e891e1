import { define } from '../define.ts'

interface Named {
  /** `group.name` */
  readonly source: string
  readonly pattern: string
}

/** What can go wrong in the stage `extract`. Codes are permanent: a published one is never renamed or reused. */
export const extractCodes = {
  'source-outside-project': define<Named & { path: string }>({
    severity: 'error',
    message: (p) => `source ${p.source} leads out of the project: ${p.path}`,
    label: () => 'its files are listed here',
    why: () => 'whoever may commit a link or a path must not thereby read other files of the machine that runs elt',
    notes: () => ['no source was read'],
    help: (p) => [`copy or mount the files inside the project and point \`files:\` at them, or remove ${p.path}`],
    explain:
      'A path of a file source, or a symbolic link under it, ends outside the folder of the project. elt follows links ' +
      'inside the project only, because continuous integration runs the commits of everybody: a link to `/etc` must not ' +
      'become rows. Copy the files into the project, or mount them there (a bind mount is no link).',
  }),
  'source-unreadable': define<Named & { path: string; reason: string }>({
    severity: 'error',
    message: (p) => `cannot read ${p.path === '' ? 'the project folder' : p.path} of source ${p.source}: ${p.reason}`,
    label: () => 'its files are listed here',
    notes: () => ['nothing was planned: what cannot be read must not look as if it were gone'],
    help: (p) => [`give the user that runs elt the right to read it: chmod -R u+rX ${p.path === '' ? '.' : p.path}`],
    explain:
      'The operating system refused to list a folder or to read a file of a source; its own words are in the message. ' +
      'elt stops, because a file that cannot be read must not be taken for one that was deleted.',
  }),
  'impossible-file-date': define<Named & { path: string; date: string }>({
    severity: 'warning',
    message: (p) => `the path ${p.path} of source ${p.source} names a date that no calendar has: ${p.date}`,
    label: () => 'the pattern that it matches',
    notes: () => ['the file is not read'],
    help: (p) => [`rename ${p.path} to the date of its rows`],
    explain:
      'A file matches the pattern of a source, but the date in its path does not exist, like 2013-02-30 or hour 24. ' +
      'elt cannot tell which partition it belongs to and leaves it out. Rename or remove it.',
  }),
  'source-without-files': define<Named>({
    severity: 'warning',
    message: (p) => `source ${p.source} has no file: nothing matches ${p.pattern}`,
    label: () => 'matches nothing in the project',
    why: () => 'a source without files is a table without rows; a mistyped path looks the same',
    help: (p) => [`ls ${p.pattern.replace(/\{[^}]*\}/g, '*')}`],
    explain:
      'No file of the project matches the pattern of a file source. `{yyyy}`, `{MM}`, `{dd}` and `{HH}` stand for digits, ' +
      '`*` for anything within one folder or file name (no leading dot); paths are relative to project.yml. The source is ' +
      'read as an empty table.',
  }),
}
