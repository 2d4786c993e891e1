import { define } from '../define.ts'

const untouched = () => ['nothing was written']

/** What can go wrong while a project is made. */
export const initCodes = {
  'init-dbt-project': define<{ folder: string; file: string }>({
    severity: 'error',
    message: (p) => `${p.folder} holds a dbt project: ${p.file}`,
    why: () =>
      'its models, macros and properties are read as they are; what elt needs is its own name of the project file',
    notes: untouched,
    help: (p) => [
      `in that folder: cp ${p.file} project.yml`,
      'then `elt compile`, which names what is left to change, each with its place',
    ],
    explain:
      '`elt init` makes new projects and never writes between the files of another one. The models, macros, properties and tests of a dbt project are read as they are: copy `dbt_project.yml` to `project.yml`, and let `elt compile` name what else is to be changed. Without `targets:` it runs in `.elt/warehouse.duckdb`.',
  }),
  'init-data-outside': define<{ data: string; folder: string; project: string }>({
    severity: 'error',
    message: (p) => `${p.data} does not lie in the folder of the project, ${p.project}`,
    why: () => 'a project reads files below its own folder only, so that it is whole wherever it is checked out',
    notes: untouched,
    help: (p) => [
      `make the project around it: elt init ${p.folder} --data ${p.data}`,
      'or move the files into it first',
    ],
    explain:
      'The files of a source are named by paths relative to the project, and nothing outside of the project is read. `elt init <folder> --data <folder>/data` makes a project around files that lie there already.',
  }),
  'init-no-data': define<{ folder: string; files: number }>({
    severity: 'error',
    message: (p) =>
      p.files === 0
        ? `${p.folder} holds no files`
        : `none of the ${p.files} files in ${p.folder} is CSV, NDJSON or Parquet`,
    notes: untouched,
    help: () => [
      'data files are known by their endings: .csv, .ndjson, .jsonl, .json, .parquet, with .gz or .zst behind it',
    ],
    explain:
      '`elt init --data <folder>` looks for CSV, NDJSON and Parquet files in the folder and below it. Files and folders whose names begin with a point or an underscore are left out, and so are names with characters that a path pattern cannot hold.',
  }),
  'init-unreadable-data': define<{ path: string; detail: string }>({
    severity: 'error',
    message: (p) => `${p.path} could not be read: ${p.detail}`,
    notes: untouched,
    help: () => [
      'mend the file or take it out of the folder; CSV files have a header and commas, JSON files one object a line',
    ],
    explain:
      '`elt init --data` reads some rows of each table to find its columns and types. CSV files must have a header line and commas between fields, JSON files one object a line (NDJSON).',
  }),
  'init-unanswered': define<object>({
    severity: 'error',
    message: () => 'a question was not answered',
    notes: untouched,
    help: () => ['answer by options instead: elt init shop --yes --time-zone Asia/Seoul'],
    explain:
      '`elt init` asks on a terminal what no option answers. The end of the input (Ctrl-D) is no answer, and nothing is written then. `--yes` takes the defaults.',
  }),
}
