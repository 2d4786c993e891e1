{{ config(materialized='incremental', partition_by='flight_date') }}

-- Delays beside the day's weather. Two upstreams, two filters: flights go to 2013-12-31, the weather to 2013-12-29 (the
-- last local day that its files hold to the end), and the left join keeps the days without weather.
with delays as (
  select f.flight_date, f.origin, count(*) as flights, avg(f.departure_delay) as mean_departure_delay
  from {{ ref('flights') }} as f
  where {{ partition_filter('flights', alias='f') }}
  group by f.flight_date, f.origin
),

weather as (
  select
    w.observation_date,
    w.origin,
    max(w.wind_speed) as strongest_wind,
    sum(w.precipitation) as precipitation,
    min(w.visibility) as lowest_visibility
  from {{ ref('airport_weather') }} as w
  where {{ partition_filter('airport_weather', alias='w') }}
  group by w.observation_date, w.origin
)

select
  d.flight_date,
  d.origin,
  d.flights,
  d.mean_departure_delay,
  w.strongest_wind,
  w.precipitation,
  w.lowest_visibility
from delays as d
left join weather as w on w.observation_date = d.flight_date and w.origin = d.origin
