-- A small table, overwritten whole whenever a day of flights or the airports changed (analytics' default in project.yml).
-- The join keeps routes to the four airports that the FAA's file does not know; their name is null.
select
  f.origin,
  f.destination,
  a.name as destination_name,
  min(f.distance) as distance,
  count(*) as flights,
  count(distinct f.carrier) as carriers,
  {{ percentage('f.cancelled') }} as cancelled_percentage,
  {{ percentage(on_time('f.arrival_delay')) }} as on_time_percentage
from {{ ref('flights') }} as f
left join {{ ref('airports') }} as a on a.faa = f.destination
group by f.origin, f.destination, a.name
