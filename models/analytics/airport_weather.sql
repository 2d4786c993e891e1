{{ config(materialized='view', partition_by='observation_date') }}

-- The weather without what cannot be: one wind of 1,048 mph (EWR, 2013-02-12), a slip of the instrument. The rest of
-- that observation is plausible and stays. A view stores nothing; partition_by names the column that it passes through,
-- so that models built by date may read it by date.
select
  w.observation_date,
  w.observed_at,
  w.origin,
  w.temperature,
  w.humidity,
  case when w.wind_speed <= 200 then w.wind_speed end as wind_speed,
  w.wind_gust,
  w.precipitation,
  w.visibility
from {{ ref('weather') }} as w
