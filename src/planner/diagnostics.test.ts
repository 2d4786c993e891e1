import { describe, expect, it } from 'vitest'
import { locate, renderDiagnostic } from '../diagnostics/index.ts'
import { day, fileSource, instant, model, newYorkDays, utcDays, World, windowOn } from './testing.ts'

const file = { path: 'models/raw_data/flights.sql', text: "{{ config(partition_by='day') }}\n\nselect 1\n" }
const location = locate(file, 0, 32)
const flights = fileSource('source.bts.flights')
const raw = { ...model('raw_data.flights', { grid: newYorkDays, inputs: [windowOn(flights.id, utcDays)] }), location }

function built(): World {
  const world = new World(instant('2013-02-01T12:00:00Z'), [raw], [flights])
  world.fill(flights.id, { start: day('2013-01-01'), end: day('2013-01-11') })
  world.apply(world.plan())
  return world
}

const rendered = (world: World, options: Parameters<World['check']>[0] = {}) =>
  world.check(options).diagnostics.map((diagnostic) => renderDiagnostic(diagnostic))

describe('what the planner tells', () => {
  it('begin-required', () => {
    const lost = { ...model('raw_data.flights', { grid: { unit: 'month', timeZone: 'UTC' } }), location }
    expect(rendered(new World(0, [lost]))).toEqual([
      `error[begin-required]: raw_data.flights does not say with which month it begins
  ╭─ models/raw_data/flights.sql:1:1
1 │ {{ config(partition_by='day') }}
  │ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ partitioned, and nothing here gives it a first partition
2 │
  ╰─
why: a partitioned model begins with the files or models that it reads through partition_filter(); a model of nothing else but tables that something else loads needs \`begin\`
note: nothing was built
help: add \`begin='2024-01'\` to its config()`,
    ])
  })

  it('partitioning-changed', () => {
    const world = built()
    world.replace({ ...raw, partitioning: { column: 'day', type: 'date', grid: { unit: 'month', timeZone: 'UTC' } } })
    expect(rendered(world)).toEqual([
      `error[partitioning-changed]: the partitions of raw_data.flights have changed
  ╭─ models/raw_data/flights.sql:1:1
1 │ {{ config(partition_by='day') }}
  │ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ is by month of day in UTC, was built by day of day in America/New_York
2 │
  ╰─
why: partitions of the old kind would stay beside the new ones: rows would be doubled or lost
note: the relation raw_data.flights and its record were not changed
help: set \`partition_by\` back to what it was, or give the model another name
help: to build it from nothing in its new partitions: \`elt run --select raw_data.flights --full-refresh\``,
    ])
  })

  it('append-forced', () => {
    const world = built()
    world.replace({ ...raw, config: { ...raw.config, strategy: 'append' } })
    expect(rendered(world, { force: true })).toEqual([
      `error[append-forced]: raw_data.flights appends, and what it appended cannot be built again
  ╭─ models/raw_data/flights.sql:1:1
1 │ {{ config(partition_by='day') }}
  │ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
2 │
  ╰─
why: the rows that are there stay, so building a partition again would add them a second time
note: nothing was built
help: leave it out: \`--exclude raw_data.flights\`
help: to be able to build partitions again, use strategy='replace_partition', or 'merge' with unique_key`,
    ])
  })

  it('rows-would-be-lost', () => {
    const world = built()
    world.deleteFile(flights.id, day('2013-01-05'))
    expect(rendered(world, { force: true })).toEqual([
      `error[rows-would-be-lost]: rebuilding raw_data.flights 2013-01-04 … 2013-01-05 would lose rows whose input is gone
  ╭─ models/raw_data/flights.sql:1:1
1 │ {{ config(partition_by='day') }}
  │ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ reads source.bts.flights
2 │
  ╰─
why: absence is never a change: what was built from an input that is gone stays until a person says otherwise
note: up to 20 published rows in 2 partitions were built with files or partitions of source.bts.flights that are no longer there
note: nothing was built
help: bring the input back, leave these partitions out of the window, or confirm the loss with \`--force --yes\``,
    ])
  })

  it('refresh-loses-rows', () => {
    const world = built()
    world.deleteFile(flights.id, day('2013-01-05'))
    expect(rendered(world, { fullRefresh: true })).toEqual([
      `error[refresh-loses-rows]: --full-refresh would lose rows of raw_data.flights (2013-01-04 … 2013-01-05)
  ╭─ models/raw_data/flights.sql:1:1
1 │ {{ config(partition_by='day') }}
  │ ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
2 │
  ╰─
why: what they were built from is gone
note: up to 20 published rows could not be built again
note: nothing was built
help: bring back what is missing, or build only what can be built again: \`--force\` with \`--from\` and \`--to\`
help: to let these rows go: \`--full-refresh --yes\``,
    ])
    expect(rendered(world, { fullRefresh: true, yes: true })).toEqual([])
    world.replace({ ...raw, partitioning: { column: 'day', type: 'date', grid: { unit: 'month', timeZone: 'UTC' } } })
    expect(rendered(world, { fullRefresh: true })[0]).toContain(
      'error[refresh-loses-rows]: --full-refresh would lose rows of raw_data.flights (2013-01-01 … 2013-01-09)',
    )
    expect(rendered(world, { fullRefresh: true, yes: true })).toEqual([])
  })
})
