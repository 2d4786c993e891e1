{{ config(materialized='incremental', partition_by='flight_date') }}

-- A partition is a date in New York; the files are cut by UTC date, and 38,444 of 336,776 flights (11.4 %) lie on
-- another date there. The filter prints the instants at which the local days begin and end, on the column that
-- sources.yml names as event_time, and elt opens the files that these instants touch: two for each day.
-- The dates that lie wholly inside the 366 files are 2013-01-01 to 2013-12-31: no `begin` or `end` is needed.
select
  {{ local_date('scheduled_hour') }} as flight_date,
  scheduled_hour + scheduled_minute * interval '1 minute' as scheduled_departure,
  carrier,
  flight,
  tail_number,
  origin,
  destination,
  distance,
  departure_time,
  departure_delay,
  scheduled_arrival_time,
  arrival_time,
  arrival_delay,
  air_time,
  cancelled,
  diverted
from {{ source('bts', 'flights') }}
where {{ partition_filter('bts.flights') }}
