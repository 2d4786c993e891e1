/** Other tools on the projects that the benchmarks generate, installed for one run into a temporary folder. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Runs the command line of dbt in a child of its own, and prints what that child used: CPU seconds, peak kilobytes. */
const measured = `import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({"status": done.returncode, "cpu": used.ru_utime + used.ru_stime, "megabytes": used.ru_maxrss / 1024}))
sys.stderr.buffer.write(done.stderr)
`

function fail(what, { error, stdout, stderr }) {
  const detail = `${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-5).join('\n')
  console.error(`--peers: ${what}\n${detail}`)
  process.exit(1)
}

/**
 * dbt-core 1.11 with its DuckDB adapter in a virtual environment. Later versions fetch a program from elsewhere while they are
 * being installed, and are left alone. Ends the process with a reason when there is no Python, or pip cannot reach PyPI.
 */
export function installDbt(folder) {
  const run = (command, args) => spawnSync(command, args, { encoding: 'utf8', timeout: 600_000 })
  const made = run('python3', ['-m', 'venv', folder])
  if (made.status !== 0) fail('no virtual environment could be made with python3', made)
  const python = join(folder, 'bin', 'python')
  const packages = ['dbt-core==1.11.*', 'dbt-duckdb>=1.9,<2']
  const installed = run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages])
  if (installed.status !== 0) fail(`pip could not install ${packages.join(' and ')}: is there a way to PyPI`, installed)
  const asked = run(python, ['-c', "import importlib.metadata as m; print('dbt-core', m.version('dbt-core'))"])
  const script = join(folder, 'measure.py')
  writeFileSync(script, measured)
  return {
    version: asked.stdout.trim(),
    /** `args` in a project, without what dbt would send over the network. */
    measure: (args, project) => {
      const command = [script, join(folder, 'bin', 'dbt'), ...args, '--quiet', '--profiles-dir', '.']
      const env = { ...process.env, DBT_SEND_ANONYMOUS_USAGE_STATS: 'false', DBT_NO_VERSION_CHECK: '1' }
      const ran = spawnSync(python, command, { cwd: project, encoding: 'utf8', env, maxBuffer: 1 << 28 })
      if (ran.status !== 0) fail(`dbt ${args.join(' ')} could not be measured`, ran)
      const result = JSON.parse(ran.stdout)
      if (result.status !== 0) fail(`dbt ${args.join(' ')} ended with ${result.status}`, ran)
      return result
    },
  }
}
