{{ config(materialized='incremental', partition_by='flight_date') }}

-- The filter is printed once for each batch as two dates, and it declares the edge: elt knows that the partition of a
-- date reads the same date of raw_data.flights, and rebuilds it when that one has changed.
-- Minutes and landings are kept as sums, so that carrier_delay_28d can add them up; a mean of means would be wrong.
select
  f.flight_date,
  f.carrier,
  count(*) as flights,
  count(f.arrival_delay) as landed,
  cast(sum(case when f.cancelled then 1 else 0 end) as bigint) as cancelled,
  cast(coalesce(sum(f.arrival_delay), 0) as bigint) as arrival_delay_minutes,
  avg(f.arrival_delay) as mean_arrival_delay,
  {{ percentage(on_time('f.arrival_delay')) }} as on_time_percentage
from {{ ref('flights') }} as f
where {{ partition_filter('flights', alias='f') }}
group by f.flight_date, f.carrier
