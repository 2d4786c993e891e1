-- dbt.dateadd, version 1
select ((date '2024-01-31') + interval 1 month) as value

-- dbt.datediff, version 1
select date_diff('month', cast('2024-01-31' as timestamp), cast('2024-03-01' as timestamp)) as value

-- dbt.date_trunc, version 1
select date_trunc('week', date '2024-03-03') as value

-- dbt.last_day, version 1
select cast(((date_trunc('month', date '2024-02-03') + interval 1 month) + interval (-1) day) as date) as value

-- dbt.date, version 1
select date '2024-02-29' as value

-- dbt.current_timestamp, version 1
select current_timestamp > timestamptz '2024-01-01 00:00:00+00' as is_later

-- dbt.type_string, version 1
select typeof(cast(null as VARCHAR)) as type

-- dbt.type_int, version 1
select typeof(cast(null as INTEGER)) as type

-- dbt.type_bigint, version 1
select typeof(cast(null as BIGINT)) as type

-- dbt.type_float, version 1
select typeof(cast(null as DOUBLE)) as type

-- dbt.type_numeric, version 1
select typeof(cast(null as DECIMAL(28,6))) as type

-- dbt.type_boolean, version 1
select typeof(cast(null as BOOLEAN)) as type

-- dbt.type_timestamp, version 1
select typeof(cast(null as TIMESTAMP)) as type

-- dbt.cast, version 1
select cast(id as VARCHAR) as value from raw_data.old_rides

-- dbt.safe_cast, version 1
select try_cast('x' as INTEGER) as value

-- dbt.cast_bool_to_text, version 1
select cast(tipped as VARCHAR) as value from raw_data.old_rides

-- dbt.concat, version 1
select rider || '-' || status as value from raw_data.rides order by id limit 1

-- dbt.hash, version 1
select md5(cast('a' as VARCHAR)) as value

-- dbt.length, version 1
select length('four') as value

-- dbt.position, version 1
select position('b' in 'abc') as value

-- dbt.replace, version 1
select replace('a-b', '-', '+') as value

-- dbt.right, version 1
select right('abc', 2) as value

-- dbt.split_part, version 1
select split_part('a/b/c', '/', -1) as value

-- dbt.string_literal, version 1
select 'Ada''s' as value

-- dbt.escape_single_quotes, version 1
select 'Ada''s' as value

-- dbt.any_value, version 1
select any_value(status) as value from raw_data.rides where id > 2

-- dbt.bool_or, version 1
select bool_or(status = 'cancelled') as value from raw_data.rides

-- dbt.listagg, version 1
select array_to_string((array_agg(rider order by id) filter (where rider is not null))[1:3], '+') as value from raw_data.rides

-- dbt.array_construct, version 1
select [1, 2] as value

-- dbt.array_append, version 1
select list_append([1, 2], 3) as value

-- dbt.array_concat, version 1
select list_concat([1], [2]) as value

-- dbt.except, version 1
select 1 as value except select 2

-- dbt.intersect, version 1
select 1 as value intersect select 1

-- dbt.equals, version 1
select (null is not distinct from null) as value

-- dbt_utils.star, version 1
select "id" as "ride_id",
  "rider" as "ride_rider" from raw_data.rides order by 1 limit 1

-- dbt_utils.get_filtered_columns_in_relation, version 1
select 'rider, status, fare' as value

-- dbt_utils.union_relations, version 1
(
  select
    cast('raw_data.rides' as VARCHAR) as _dbt_source_relation,
    cast("id" as INTEGER) as "id",
    cast("rider" as VARCHAR) as "rider",
    cast(null as BOOLEAN) as "tipped"
  from raw_data.rides
  where id > 3
)
union all
(
  select
    cast('raw_data.old_rides' as VARCHAR) as _dbt_source_relation,
    cast("id" as INTEGER) as "id",
    cast("rider" as VARCHAR) as "rider",
    cast("tipped" as BOOLEAN) as "tipped"
  from raw_data.old_rides
  where id > 3
)

-- dbt_utils.unpivot, version 1
select
  id,
  cast('rider' as VARCHAR) as what,
  cast(rider as VARCHAR) as value
from raw_data.old_rides
union all
select
  id,
  cast('tipped' as VARCHAR) as what,
  cast(cast(tipped as VARCHAR) as VARCHAR) as value
from raw_data.old_rides

-- dbt_utils.get_relations_by_pattern, version 1
select count(*) as n, min(_dbt_source_relation) as one from ((
  select
    cast('raw_data.rides' as VARCHAR) as _dbt_source_relation,
    cast("id" as INTEGER) as "id"
  from raw_data.rides
)) as found

-- dbt_utils.get_relations_by_prefix, version 1
(
  select
    cast('raw_data.old_rides' as VARCHAR) as _dbt_source_relation,
    cast("rider" as VARCHAR) as "rider"
  from raw_data.old_rides
)

-- dbt_utils.nullcheck, version 1
select "id",
  nullif("rider", '') as "rider",
  nullif("status", '') as "status",
  "fare" from raw_data.rides where id = 4

-- dbt_utils.nullcheck_table, version 1
select
  "id",
  nullif("rider", '') as "rider",
  nullif("status", '') as "status",
  "fare"
from raw_data.rides where id = 4

-- dbt_utils.generate_surrogate_key, version 1
select md5(cast(coalesce(cast(rider as VARCHAR), '_dbt_utils_surrogate_key_null_') || '-' || coalesce(cast(fare as VARCHAR), '_dbt_utils_surrogate_key_null_') as VARCHAR)) as value from raw_data.rides where id = 2

-- dbt_utils.safe_add, version 1
select (coalesce(fare, 0) + coalesce(1, 0)) as value from raw_data.rides where id = 2

-- dbt_utils.safe_subtract, version 1
select (coalesce(fare, 0) - coalesce(1, 0)) as value from raw_data.rides where id = 2

-- dbt_utils.safe_divide, version 1
select (id / nullif((id - 4), 0)) as value from raw_data.rides where id = 4

-- dbt_utils.pivot, version 1
select rider, sum(case when status = 'done' then fare else 0 end) as "done",
  sum(case when status = 'cancelled' then fare else 0 end) as "cancelled" from raw_data.rides group by rider order by rider

-- dbt_utils.date_spine, version 1
select ((date '2024-02-28') + cast(generated_number as bigint) * interval 1 day) as date_day
from (select unnest(range(date_diff('day', cast(date '2024-02-28' as timestamp), cast(date '2024-03-01' as timestamp)))) as generated_number) as series

-- dbt_utils.generate_series, version 1
select generated_number + 1 as generated_number
from (select unnest(range(3)) as generated_number) as series

-- dbt_utils.get_powers_of_two, version 1
select 3 as value

-- dbt_utils.group_by, version 1
select status, rider, count(*) as n from raw_data.rides group by 1, 2 having count(*) > 1 order by 1

-- dbt_utils.width_bucket, version 1
select (case
  when fare is null then null
  when fare < 8 then 0
  when fare >= 20 then 3 + 1
  else least(cast(floor(cast(fare - 8 as double precision) * 3 / (20 - 8)) as integer) + 1, 3)
end) as value from raw_data.rides order by id

-- dbt_utils.haversine_distance, version 1
select round((2 * 3961 * asin(sqrt(power(sin(radians(40.7769 - 40.6413) / 2), 2) + cos(radians(40.6413)) * cos(radians(40.7769)) * power(sin(radians((-73.874) - (-73.7781)) / 2), 2))) * 1.60934), 2) as km

-- dbt_utils.degrees_to_radians, version 1
select round((acos(-1) * 60 / 180), 4) as radians

-- dbt_utils.deduplicate, version 1
select id, rider from (select *
from raw_data.rides as candidates
qualify row_number() over (partition by rider order by id desc) = 1) as last_rides order by id

-- dbt_utils.get_column_values, version 1
select 'done, cancelled' as value

-- dbt_utils.get_single_value, version 1
select 4 as value

-- dbt_utils.get_query_results_as_dict, version 1
select 1+2+3+4 as value

-- dbt_utils.get_intervals_between, version 1
select 31 as value

-- dbt_utils.get_url_host, version 1
select split_part(split_part(split_part(replace(replace(replace('https://www.example.org/a/b?x=1', 'android-app://', ''), 'http://', ''), 'https://', ''), '/', 1), '?', 1), '#', 1) as value

-- dbt_utils.get_url_path, version 1
select substring(split_part(split_part(replace(replace(replace('https://www.example.org/a/b?x=1', 'android-app://', ''), 'http://', ''), 'https://', ''), '?', 1), '#', 1) from position('/' in (split_part(split_part(replace(replace(replace('https://www.example.org/a/b?x=1', 'android-app://', ''), 'http://', ''), 'https://', ''), '?', 1), '#', 1) || '/')) + 1) as value

-- dbt_utils.get_url_parameter, version 1
select nullif(split_part(split_part(coalesce(nullif(split_part('https://www.example.org/a?data=1&a=2', '?a=', 2), ''), split_part('https://www.example.org/a?data=1&a=2', '&a=', 2)), '&', 1), '#', 1), '') as value

-- dbt_utils.slugify, version 1
select 1 as _1st_ride_paid

-- dbt_utils.pretty_log_format, version 1
select '+ done' as value

-- dbt_utils.log_info, version 1
select 1 as value
