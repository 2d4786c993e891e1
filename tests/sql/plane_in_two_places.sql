{{ config(severity='warn') }}
-- No plane leaves twice in the same minute. It does so six times in the bureau's data (five times JFK–LAX and another
-- flight from JFK at 09:00): one of the two tail numbers must be wrong, and nobody can tell which.
select tail_number, scheduled_departure, count(*) as flights
from {{ ref('flights') }}
where not cancelled
group by tail_number, scheduled_departure
having count(*) > 1
