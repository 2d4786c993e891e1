{{ config(materialized='incremental', partition_by='observation_date') }}

-- On 2013-11-03 the clocks went back: 01:00 came twice, once at 05:00 and once at 06:00 UTC, with different weather.
-- Both hours are kept, and the key is the instant: by local date and hour, three keys would stand for two rows each.
select
  {{ local_date('observed_at') }} as observation_date,
  observed_at,
  origin,
  temperature,
  dew_point,
  humidity,
  wind_direction,
  wind_speed,
  wind_gust,
  precipitation,
  pressure,
  visibility
from {{ source('noaa', 'weather') }}
where {{ partition_filter('noaa.weather') }}
