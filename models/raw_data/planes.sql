{{ config(materialized='table') }}

select tail_number, built_in, type, manufacturer, model, engines, seats, engine
from {{ source('faa', 'planes') }}
