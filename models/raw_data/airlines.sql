{{ config(materialized='table') }}

-- Small tables are overwritten whole, when their file changes.
select carrier, name
from {{ source('bts', 'airlines') }}
