{{ config(materialized='incremental', partition_by='flight_date') }}

-- Every partition reads its own date and the 27 before it: a late landing reaches 28 partitions here, and elt knows
-- which. The inner query reads more than the outer one returns, so in_window() cuts the result to the window.
-- The names are a reference: a renamed airline reopens no partition that is built. If it should, say
-- ref('airlines', on_change='rebuild').
with moving as (
  select
    d.flight_date,
    d.carrier,
    sum(d.flights) over last_28_days as flights,
    sum(d.landed) over last_28_days as landed,
    sum(d.arrival_delay_minutes) over last_28_days as arrival_delay_minutes
  from {{ ref('daily_carrier_delays') }} as d
  where {{ partition_filter('daily_carrier_delays', alias='d', before=27) }}
  window last_28_days as (
    partition by d.carrier order by d.flight_date range between interval '27 days' preceding and current row
  )
)

select
  m.flight_date,
  m.carrier,
  a.name as airline,
  cast(m.flights as bigint) as flights,
  cast(m.landed as bigint) as landed,
  m.arrival_delay_minutes / nullif(m.landed, 0) as mean_arrival_delay
from moving as m
left join {{ ref('airlines') }} as a on a.carrier = m.carrier
where {{ in_window('flight_date', alias='m') }}
