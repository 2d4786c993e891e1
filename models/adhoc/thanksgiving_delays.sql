{{ config(materialized='table') }}

-- A question of one afternoon: who kept to the timetable around Thanksgiving 2013 (28 November)?
-- Nobody depends on models in adhoc, and builds leave them out unless they are named: elt run --select thanksgiving_delays
select
  a.name as airline,
  sum(d.flights) as flights,
  sum(d.cancelled) as cancelled,
  round(sum(d.arrival_delay_minutes) * 1.0 / sum(d.landed), 1) as mean_arrival_delay
from {{ ref('daily_carrier_delays') }} as d
join {{ ref('airlines') }} as a on a.carrier = d.carrier
where d.flight_date between date '2013-11-27' and date '2013-12-01'
group by a.name
