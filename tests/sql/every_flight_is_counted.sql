-- The daily aggregate holds every flight of every day: returns the days on which the two sums differ.
with flights as (
  select flight_date, count(*) as flights from {{ ref('flights') }} group by flight_date
),

counted as (
  select flight_date, sum(flights) as flights from {{ ref('daily_carrier_delays') }} group by flight_date
)

select flight_date, f.flights, c.flights as counted
from flights as f
full join counted as c using (flight_date)
where f.flights is distinct from c.flights
