{{ config(materialized='table') }}

select faa, name, latitude, longitude, altitude, time_zone
from {{ source('faa', 'airports') }}
