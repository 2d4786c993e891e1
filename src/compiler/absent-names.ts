const clock = 'compiling twice has to give the same SQL: use `window.start` and `window.end`, or `current_date` in SQL'
const warehouse = 'ask the warehouse with `run_query`, or name what you need'
const library =
  'macros of packages are not part of this version: write the SQL of the engine, or a macro of your own with `adapter.dispatch`'

const transaction = "write the hook as `{'sql': '…', 'transaction': false}`"

/** Names that dbt's templates have and ours do not, with what to do instead. */
export const absentNames: ReadonlyMap<string, string> = new Map([
  ['invocation_id', 'it differs with every command: compiling twice has to give the same SQL'],
  ['run_started_at', clock],
  ['thread_id', 'it differs with every command: compiling twice has to give the same SQL'],
  ['dbt_expectations', library],
  ['dbt_date', library],
  ['dbt_version', 'leave it out: the version of elt is none of dbt'],
  ['graph', 'name the models that are meant with `ref`'],
  ['model', "use `this`, or write the model's name"],
  ['database', 'use `target`'],
  ['schema', 'use `target.schema`'],
  ['builtins', 'call `ref`, `source` and `config` by their names'],
  ['context', 'call macros by their names, or with `adapter.dispatch`'],
  ['results', 'read `target/run_results.json` when the run is over'],
  ['schemas', 'write the names of the schemas, or `target.schema`'],
  ['database_schemas', 'write the names of the schemas, or `target.schema`'],
  ['pre_hooks', 'hooks are settings: `pre_hook`'],
  ['post_hooks', 'hooks are settings: `post_hook`'],
  ['after_commit', transaction],
  ['before_begin', transaction],
  ['in_transaction', 'write the SQL alone: hooks run in a transaction'],
  ['debug', 'use `log`'],
  ['selected_resources', 'a model may not depend on what is selected'],
  ['submit_python_job', 'models are SQL'],
  ['load_agate_table', warehouse],
  ['get_columns_in_relation', 'write `adapter.get_columns_in_relation(relation)`'],
  ['store_result', 'use `run_query`, or `statement` with `fetch_result=true`'],
  ['write', 'templates write nothing but their SQL: use `log`'],
  ['doc', 'write the description in a properties file'],
  ['metric', 'metrics are not part of this version'],
  ['should_full_refresh', 'use `is_incremental()`, which is false with `--full-refresh`'],
  ['pytz', 'use `local_date`, or let SQL convert time zones'],
  ['set_strict', 'use `set`'],
  ['zip_strict', 'use `zip`'],
  ['lipsum', 'write the text'],
])
