-- The hour from 01:00 to 02:00 came twice on 2013-11-03, and each airport reported both: returns airports with one.
select origin, count(*) as observations
from {{ ref('weather') }}
where observed_at in (timestamptz '2013-11-03 05:00:00+00', timestamptz '2013-11-03 06:00:00+00')
group by origin
having count(*) <> 2
