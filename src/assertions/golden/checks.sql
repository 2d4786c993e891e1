-- a_greater_than_b(a > b)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when not ("a" > "b") then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where not ("a" > "b") order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when not ("a" > "b") then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where not ("a" > "b")
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- accepted_range(n: -5…10)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when not ("n" >= -5 and "n" <= 10) then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where not ("n" >= -5 and "n" <= 10) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when not ("n" >= -5 and "n" <= 10) then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where not ("n" >= -5 and "n" <= 10)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- accepted_values(word: landed, 지연, o'hare)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when "word" not in ('landed', '지연', 'o''hare') then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where "word" not in ('landed', '지연', 'o''hare') order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when "word" not in ('landed', '지연', 'o''hare') then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where "word" not in ('landed', '지연', 'o''hare')
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- aggregation_equals(max(n) = raw_data.airports)

-- duckdb
select 0 as "partition", count(case when case when own_value is null and other_value is null then false when own_value is null or other_value is null then true else not (own_value = other_value) end then 1 end) as "failures" from (select max(own_value) as own_value, max(other_value) as other_value from (select (max(n)) as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, (max(m)) from airports as compared) as both_sides) as pairs;
select own_value as "here", other_value as "there" from (select max(own_value) as own_value, max(other_value) as other_value from (select (max(n)) as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, (max(m)) from airports as compared) as both_sides) as pairs where case when own_value is null and other_value is null then false when own_value is null or other_value is null then true else not (own_value = other_value) end order by all limit 100;

-- postgres
select 0 as "partition", count(case when case when own_value is null and other_value is null then false when own_value is null or other_value is null then true else not (own_value = other_value) end then 1 end) as "failures" from (select max(own_value) as own_value, max(other_value) as other_value from (select (max(n)) as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, (max(m)) from airports as compared) as both_sides) as pairs;
select * from (
select own_value as "here", other_value as "there" from (select max(own_value) as own_value, max(other_value) as other_value from (select (max(n)) as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, (max(m)) from airports as compared) as both_sides) as pairs where case when own_value is null and other_value is null then false when own_value is null or other_value is null then true else not (own_value = other_value) end
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- always_null(word)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when "word" is not null then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where "word" is not null order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when "word" is not null then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where "word" is not null
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- at_least_one(word)

-- duckdb
select ("day" - date '2024-01-01') as "partition", case when not (count("word") >= 1) then 1 else 0 end as "failures", count("word") as "value" from staged as scanned group by 1;
select min("day") as "day", count("word") as "values" from staged as judged group by ("day" - date '2024-01-01') having not (count("word") >= 1) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", case when not (count("word") >= 1) then 1 else 0 end as "failures", count("word") as "value" from staged as scanned group by 1;
select * from (
select min("day") as "day", count("word") as "values" from staged as judged group by ("day" - date '2024-01-01') having not (count("word") >= 1)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- cardinality_equality(word: raw_data.airports.name)

-- duckdb
select 0 as "partition", count(*) as "failures" from (select elt_value, sum(own_row) as own_rows, sum(other_row) as other_rows from (select "word" as elt_value, 1 as own_row, 0 as other_row from (select * from staged union all select * from rest) as judged union all select "name", 0, 1 from airports as compared) as both_sides group by elt_value having sum(own_row) <> sum(other_row)) as differing;
select elt_value as "word", own_rows as "here", other_rows as "there" from (select elt_value, sum(own_row) as own_rows, sum(other_row) as other_rows from (select "word" as elt_value, 1 as own_row, 0 as other_row from (select * from staged union all select * from rest) as judged union all select "name", 0, 1 from airports as compared) as both_sides group by elt_value having sum(own_row) <> sum(other_row)) as differing order by all limit 100;

-- postgres
select 0 as "partition", count(*) as "failures" from (select elt_value, sum(own_row) as own_rows, sum(other_row) as other_rows from (select "word" as elt_value, 1 as own_row, 0 as other_row from (select * from staged union all select * from rest) as judged union all select "name", 0, 1 from airports as compared) as both_sides group by elt_value having sum(own_row) <> sum(other_row)) as differing;
select * from (
select elt_value as "word", own_rows as "here", other_rows as "there" from (select elt_value, sum(own_row) as own_rows, sum(other_row) as other_rows from (select "word" as elt_value, 1 as own_row, 0 as other_row from (select * from staged union all select * from rest) as judged union all select "name", 0, 1 from airports as compared) as both_sides group by elt_value having sum(own_row) <> sum(other_row)) as differing
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- castable(word: date)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when "word" is not null and not (try_cast("word" as DATE) is not null) then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where "word" is not null and not (try_cast("word" as DATE) is not null) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when "word" is not null and not (case when cast("word" as text) ~* '^\s*(?!0000)\d{4}-(0?[1-9]|1[0-2])-(0?[1-9]|[12]\d|3[01])([ t]+([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(\s*(z|[-+](0?\d|1[0-5])(:?[0-5]\d)?))?)?\s*$' then case when cast(split_part(substring(cast("word" as text) from '\d{4}-\d{1,2}-\d{1,2}'), '-', 3) as integer) <= extract(day from make_date(cast(split_part(substring(cast("word" as text) from '\d{4}-\d{1,2}-\d{1,2}'), '-', 1) as integer), cast(split_part(substring(cast("word" as text) from '\d{4}-\d{1,2}-\d{1,2}'), '-', 2) as integer), 1) + interval '1 month' - interval '1 day') then cast(cast("word" as text) as date) end end is not null) then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where "word" is not null and not (case when cast("word" as text) ~* '^\s*(?!0000)\d{4}-(0?[1-9]|1[0-2])-(0?[1-9]|[12]\d|3[01])([ t]+([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(\s*(z|[-+](0?\d|1[0-5])(:?[0-5]\d)?))?)?\s*$' then case when cast(split_part(substring(cast("word" as text) from '\d{4}-\d{1,2}-\d{1,2}'), '-', 3) as integer) <= extract(day from make_date(cast(split_part(substring(cast("word" as text) from '\d{4}-\d{1,2}-\d{1,2}'), '-', 1) as integer), cast(split_part(substring(cast("word" as text) from '\d{4}-\d{1,2}-\d{1,2}'), '-', 2) as integer), 1) + interval '1 month' - interval '1 day') then cast(cast("word" as text) as date) end end is not null)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- column_count(2…3)

-- duckdb
select * from staged as judged;
select * from staged as judged where 1 = 0;

-- postgres
select * from staged as judged;
select * from staged as judged where 1 = 0;


-- column_exists(A, word)

-- duckdb
select * from staged as judged;
select * from staged as judged where 1 = 0;

-- postgres
select * from staged as judged;
select * from staged as judged where 1 = 0;


-- column_type(a: nonsense, int4)

-- duckdb
select * from staged as judged;
select * from staged as judged where 1 = 0;

-- postgres
select * from staged as judged;
select * from staged as judged where 1 = 0;


-- columns_absent(email, b*)

-- duckdb
select * from staged as judged;
select * from staged as judged where 1 = 0;

-- postgres
select * from staged as judged;
select * from staged as judged where 1 = 0;


-- columns_equal(a, b)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when ("a" is not null or "b" is not null) and not (case when "a" = "b" then true else "a" is null and "b" is null end) then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where ("a" is not null or "b" is not null) and not (case when "a" = "b" then true else "a" is null and "b" is null end) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when ("a" is not null or "b" is not null) and not (case when "a" = "b" then true else "a" is null and "b" is null end) then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where ("a" is not null or "b" is not null) and not (case when "a" = "b" then true else "a" is null and "b" is null end)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- columns_match(WORD, a, 공항)

-- duckdb
select * from staged as judged;
select * from staged as judged where 1 = 0;

-- postgres
select * from staged as judged;
select * from staged as judged where 1 = 0;


-- complete_dates(seen: day)

-- duckdb
select 0 as "partition", count(*) as "failures" from (select missing from (select cast((earliest + cast((step * 1) as bigint) * interval 1 day) as TIMESTAMP) as missing from (select unnest(range(coalesce((select cast(floor(date_diff('day', cast(earliest as timestamp), cast(latest as timestamp)) / (1 * 1.0)) as bigint) + 1 from (select min(cast(date_trunc('day', cast("seen" as TIMESTAMP)) as TIMESTAMP)) as earliest, max(cast(date_trunc('day', cast("seen" as TIMESTAMP)) as TIMESTAMP)) as latest from (select * from staged union all select * from rest) as judged) as bounds), 0))) as step) as series, (select min(cast(date_trunc('day', cast("seen" as TIMESTAMP)) as TIMESTAMP)) as earliest, max(cast(date_trunc('day', cast("seen" as TIMESTAMP)) as TIMESTAMP)) as latest from (select * from staged union all select * from rest) as judged) as bounds) as expected where not exists (select 1 from (select * from staged union all select * from rest) as seen where cast(date_trunc('day', cast("seen" as TIMESTAMP)) as TIMESTAMP) = expected.missing)) as failing;
select missing from (select cast((earliest + cast((step * 1) as bigint) * interval 1 day) as TIMESTAMP) as missing from (select unnest(range(coalesce((select cast(floor(date_diff('day', cast(earliest as timestamp), cast(latest as timestamp)) / (1 * 1.0)) as bigint) + 1 from (select min(cast(date_trunc('day', cast("seen" as TIMESTAMP)) as TIMESTAMP)) as earliest, max(cast(date_trunc('day', cast("seen" as TIMESTAMP)) as TIMESTAMP)) as latest from (select * from staged union all select * from rest) as judged) as bounds), 0))) as step) as series, (select min(cast(date_trunc('day', cast("seen" as TIMESTAMP)) as TIMESTAMP)) as earliest, max(cast(date_trunc('day', cast("seen" as TIMESTAMP)) as TIMESTAMP)) as latest from (select * from staged union all select * from rest) as judged) as bounds) as expected where not exists (select 1 from (select * from staged union all select * from rest) as seen where cast(date_trunc('day', cast("seen" as TIMESTAMP)) as TIMESTAMP) = expected.missing) order by all limit 100;

-- postgres
select 0 as "partition", count(*) as "failures" from (select missing from (select cast((earliest + cast((step * 1) as bigint) * interval '1 day') as timestamp without time zone) as missing from (select generate_series(0, cast(coalesce((select cast(floor(((cast(cast(latest as timestamp) as date) - date '1970-01-01') - (cast(cast(earliest as timestamp) as date) - date '1970-01-01')) / (1 * 1.0)) as bigint) + 1 from (select min(cast(date_trunc('day', cast("seen" as timestamp without time zone) + interval '0') as timestamp without time zone)) as earliest, max(cast(date_trunc('day', cast("seen" as timestamp without time zone) + interval '0') as timestamp without time zone)) as latest from (select * from staged union all select * from rest) as judged) as bounds), 0) as bigint) - 1) as step) as series, (select min(cast(date_trunc('day', cast("seen" as timestamp without time zone) + interval '0') as timestamp without time zone)) as earliest, max(cast(date_trunc('day', cast("seen" as timestamp without time zone) + interval '0') as timestamp without time zone)) as latest from (select * from staged union all select * from rest) as judged) as bounds) as expected where not exists (select 1 from (select * from staged union all select * from rest) as seen where cast(date_trunc('day', cast("seen" as timestamp without time zone) + interval '0') as timestamp without time zone) = expected.missing)) as failing;
select * from (
select missing from (select cast((earliest + cast((step * 1) as bigint) * interval '1 day') as timestamp without time zone) as missing from (select generate_series(0, cast(coalesce((select cast(floor(((cast(cast(latest as timestamp) as date) - date '1970-01-01') - (cast(cast(earliest as timestamp) as date) - date '1970-01-01')) / (1 * 1.0)) as bigint) + 1 from (select min(cast(date_trunc('day', cast("seen" as timestamp without time zone) + interval '0') as timestamp without time zone)) as earliest, max(cast(date_trunc('day', cast("seen" as timestamp without time zone) + interval '0') as timestamp without time zone)) as latest from (select * from staged union all select * from rest) as judged) as bounds), 0) as bigint) - 1) as step) as series, (select min(cast(date_trunc('day', cast("seen" as timestamp without time zone) + interval '0') as timestamp without time zone)) as earliest, max(cast(date_trunc('day', cast("seen" as timestamp without time zone) + interval '0') as timestamp without time zone)) as latest from (select * from staged union all select * from rest) as judged) as bounds) as expected where not exists (select 1 from (select * from staged union all select * from rest) as seen where cast(date_trunc('day', cast("seen" as timestamp without time zone) + interval '0') as timestamp without time zone) = expected.missing)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- complete_partitions

-- duckdb
select 0 as "partition", coalesce(sum(next - this - 1), 0) as "failures" from (select this, latest, lead(this) over (order by this) as next, lead(earliest) over (order by this) as next_earliest from (select ("day" - date '2024-01-01') as this, min("day") as earliest, max("day") as latest from (select * from staged union all select * from rest) as judged group by ("day" - date '2024-01-01')) as grouped) as neighbours where next > this + 1;
select latest as "after", next_earliest as "before", next - this - 1 as "missing" from (select this, latest, lead(this) over (order by this) as next, lead(earliest) over (order by this) as next_earliest from (select ("day" - date '2024-01-01') as this, min("day") as earliest, max("day") as latest from (select * from staged union all select * from rest) as judged group by ("day" - date '2024-01-01')) as grouped) as neighbours where next > this + 1 order by all limit 100;

-- postgres
select 0 as "partition", coalesce(sum(next - this - 1), 0) as "failures" from (select this, latest, lead(this) over (order by this) as next, lead(earliest) over (order by this) as next_earliest from (select ("day" - date '2024-01-01') as this, min("day") as earliest, max("day") as latest from (select * from staged union all select * from rest) as judged group by ("day" - date '2024-01-01')) as grouped) as neighbours where next > this + 1;
select * from (
select latest as "after", next_earliest as "before", next - this - 1 as "missing" from (select this, latest, lead(this) over (order by this) as next, lead(earliest) over (order by this) as next_earliest from (select ("day" - date '2024-01-01') as this, min("day") as earliest, max("day") as latest from (select * from staged union all select * from rest) as judged group by ("day" - date '2024-01-01')) as grouped) as neighbours where next > this + 1
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- consistent_casing(word)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(distinct cast("word" as VARCHAR)) - count(distinct lower(cast("word" as VARCHAR))) as "failures" from staged as scanned group by 1;
select min(cast("word" as VARCHAR)) as "word", max(cast("word" as VARCHAR)) as "also", count(distinct cast("word" as VARCHAR)) as "spellings" from staged as judged group by ("day" - date '2024-01-01'), lower(cast("word" as VARCHAR)) having count(distinct cast("word" as VARCHAR)) > 1 order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(distinct cast("word" as text)) - count(distinct lower(cast("word" as text))) as "failures" from staged as scanned group by 1;
select * from (
select min(cast("word" as text)) as "word", max(cast("word" as text)) as "also", count(distinct cast("word" as text)) as "spellings" from staged as judged group by ("day" - date '2024-01-01'), lower(cast("word" as text)) having count(distinct cast("word" as text)) > 1
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- custom_sql(select word from judged group by word having count(*) > 1 order by 1 -- twice)

-- duckdb
select 0 as "partition", count(*) as "failures", count(*) as "value" from (with "judged" as (select * from (select * from staged union all select * from rest) as elt_rows)
select * from (
select word from judged group by word having count(*) > 1 order by 1 -- twice

) as written) as failing;
with "judged" as (select * from (select * from staged union all select * from rest) as elt_rows)
select * from (
select word from judged group by word having count(*) > 1 order by 1 -- twice

) as written order by all limit 100;

-- postgres
select 0 as "partition", count(*) as "failures", count(*) as "value" from (with "judged" as (select * from (select * from staged union all select * from rest) as elt_rows)
select * from (
select word from judged group by word having count(*) > 1 order by 1 -- twice

) as written) as failing;
select * from (
with "judged" as (select * from (select * from staged union all select * from rest) as elt_rows)
select * from (
select word from judged group by word having count(*) > 1 order by 1 -- twice

) as written
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- date_parseable(word: %d.%m.%Y)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when "word" is not null and not (try_strptime(cast("word" as VARCHAR), '%d.%m.%Y') is not null) then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where "word" is not null and not (try_strptime(cast("word" as VARCHAR), '%d.%m.%Y') is not null) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when "word" is not null and not ((case when cast("word" as text) is null then null when cast("word" as text) ~* '^(?:0?[1-9]|[12][0-9]|3[01])\.(?:0?[1-9]|1[0-2])\.[0-9]{4}$' then case when cast(lower(substring(cast("word" as text) from '(?i)^(?:0?[1-9]|[12][0-9]|3[01])\.(?:0?[1-9]|1[0-2])\.([0-9]{4})$')) as integer) = 0 then false else cast(lower(substring(cast("word" as text) from '(?i)^((?:0?[1-9]|[12][0-9]|3[01]))\.(?:0?[1-9]|1[0-2])\.[0-9]{4}$')) as integer) <= extract(day from make_date(cast(lower(substring(cast("word" as text) from '(?i)^(?:0?[1-9]|[12][0-9]|3[01])\.(?:0?[1-9]|1[0-2])\.([0-9]{4})$')) as integer), cast(lower(substring(cast("word" as text) from '(?i)^(?:0?[1-9]|[12][0-9]|3[01])\.((?:0?[1-9]|1[0-2]))\.[0-9]{4}$')) as integer), 1) + interval '1 month' - interval '1 day') end else false end)) then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where "word" is not null and not ((case when cast("word" as text) is null then null when cast("word" as text) ~* '^(?:0?[1-9]|[12][0-9]|3[01])\.(?:0?[1-9]|1[0-2])\.[0-9]{4}$' then case when cast(lower(substring(cast("word" as text) from '(?i)^(?:0?[1-9]|[12][0-9]|3[01])\.(?:0?[1-9]|1[0-2])\.([0-9]{4})$')) as integer) = 0 then false else cast(lower(substring(cast("word" as text) from '(?i)^((?:0?[1-9]|[12][0-9]|3[01]))\.(?:0?[1-9]|1[0-2])\.[0-9]{4}$')) as integer) <= extract(day from make_date(cast(lower(substring(cast("word" as text) from '(?i)^(?:0?[1-9]|[12][0-9]|3[01])\.(?:0?[1-9]|1[0-2])\.([0-9]{4})$')) as integer), cast(lower(substring(cast("word" as text) from '(?i)^(?:0?[1-9]|[12][0-9]|3[01])\.((?:0?[1-9]|1[0-2]))\.[0-9]{4}$')) as integer), 1) + interval '1 month' - interval '1 day') end else false end))
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- decreasing(n: over seen)

-- duckdb
select elt_partition as "partition", count(*) as "failures" from (select * from (select *, lag("n") over (partition by ("day" - date '2024-01-01') order by seen) as elt_before, ("day" - date '2024-01-01') as elt_partition from staged as judged where "n" is not null) as ordered where not ("n" <= elt_before)) as failing group by elt_partition;
select * from (select *, lag("n") over (partition by ("day" - date '2024-01-01') order by seen) as elt_before from staged as judged where "n" is not null) as ordered where not ("n" <= elt_before) order by all limit 100;

-- postgres
select elt_partition as "partition", count(*) as "failures" from (select * from (select *, lag("n") over (partition by ("day" - date '2024-01-01') order by seen) as elt_before, ("day" - date '2024-01-01') as elt_partition from staged as judged where "n" is not null) as ordered where not ("n" <= elt_before)) as failing group by elt_partition;
select * from (
select * from (select *, lag("n") over (partition by ("day" - date '2024-01-01') order by seen) as elt_before from staged as judged where "n" is not null) as ordered where not ("n" <= elt_before)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- distinct_count(word: 2…3)

-- duckdb
select ("day" - date '2024-01-01') as "partition", case when not (count(distinct "word") >= 2 and count(distinct "word") <= 3) then 1 else 0 end as "failures", count(distinct "word") as "value" from staged as scanned group by 1;
select min("day") as "day", count(distinct "word") as "distinct" from staged as judged group by ("day" - date '2024-01-01') having not (count(distinct "word") >= 2 and count(distinct "word") <= 3) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", case when not (count(distinct "word") >= 2 and count(distinct "word") <= 3) then 1 else 0 end as "failures", count(distinct "word") as "value" from staged as scanned group by 1;
select * from (
select min("day") as "day", count(distinct "word") as "distinct" from staged as judged group by ("day" - date '2024-01-01') having not (count(distinct "word") >= 2 and count(distinct "word") <= 3)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- distinct_values(word: in a, 인천)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(distinct case when "word" not in ('a', '인천') then "word" end) as "failures" from staged as scanned group by 1;
select * from (select min("day") as "day", "word", 'not in the set' as "problem" from staged as judged where "word" not in ('a', '인천') group by ("day" - date '2024-01-01'), "word") as problems order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(distinct case when "word" not in ('a', '인천') then "word" end) as "failures" from staged as scanned group by 1;
select * from (
select * from (select min("day") as "day", "word", 'not in the set' as "problem" from staged as judged where "word" not in ('a', '인천') group by ("day" - date '2024-01-01'), "word") as problems
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- distribution_shift(word: ks 0.2 from a = 1)

-- duckdb
select 0 as "partition", case when elt_shift > 0.2 then 1 else 0 end as "failures", elt_shift as "value" from (select max(abs(elt_to_here / elt_all_here - elt_to_there / elt_all_there)) as elt_shift from (select *, sum(elt_here) over () as elt_all_here, sum(elt_there) over () as elt_all_there, sum(elt_here) over (order by elt_value) as elt_to_here, sum(elt_there) over (order by elt_value) as elt_to_there, count(*) over () as elt_values from (select elt_value, cast(count(case when elt_baseline = 0 then 1 end) as DOUBLE) as elt_here, cast(count(case when elt_baseline = 1 then 1 end) as DOUBLE) as elt_there from (select "word" as elt_value, case when (a = 1) then 1 else 0 end as elt_baseline from (select * from staged union all select * from rest) as judged where "word" is not null) as sides group by elt_value) as counts) as counted where elt_all_here > 0 and elt_all_there > 0) as measured;
select elt_value as "word", elt_here as "here", elt_there as "there" from (select *, sum(elt_here) over () as elt_all_here, sum(elt_there) over () as elt_all_there, sum(elt_here) over (order by elt_value) as elt_to_here, sum(elt_there) over (order by elt_value) as elt_to_there, count(*) over () as elt_values from (select elt_value, cast(count(case when elt_baseline = 0 then 1 end) as DOUBLE) as elt_here, cast(count(case when elt_baseline = 1 then 1 end) as DOUBLE) as elt_there from (select "word" as elt_value, case when (a = 1) then 1 else 0 end as elt_baseline from (select * from staged union all select * from rest) as judged where "word" is not null) as sides group by elt_value) as counts) as counted cross join (select max(abs(elt_to_here / elt_all_here - elt_to_there / elt_all_there)) as elt_shift from (select *, sum(elt_here) over () as elt_all_here, sum(elt_there) over () as elt_all_there, sum(elt_here) over (order by elt_value) as elt_to_here, sum(elt_there) over (order by elt_value) as elt_to_there, count(*) over () as elt_values from (select elt_value, cast(count(case when elt_baseline = 0 then 1 end) as DOUBLE) as elt_here, cast(count(case when elt_baseline = 1 then 1 end) as DOUBLE) as elt_there from (select "word" as elt_value, case when (a = 1) then 1 else 0 end as elt_baseline from (select * from staged union all select * from rest) as judged where "word" is not null) as sides group by elt_value) as counts) as counted where elt_all_here > 0 and elt_all_there > 0) as measured where elt_shift > 0.2 order by all limit 100;

-- postgres
select 0 as "partition", case when elt_shift > 0.2 then 1 else 0 end as "failures", elt_shift as "value" from (select max(abs(elt_to_here / elt_all_here - elt_to_there / elt_all_there)) as elt_shift from (select *, sum(elt_here) over () as elt_all_here, sum(elt_there) over () as elt_all_there, sum(elt_here) over (order by elt_value) as elt_to_here, sum(elt_there) over (order by elt_value) as elt_to_there, count(*) over () as elt_values from (select elt_value, cast(count(case when elt_baseline = 0 then 1 end) as double precision) as elt_here, cast(count(case when elt_baseline = 1 then 1 end) as double precision) as elt_there from (select "word" as elt_value, case when (a = 1) then 1 else 0 end as elt_baseline from (select * from staged union all select * from rest) as judged where "word" is not null) as sides group by elt_value) as counts) as counted where elt_all_here > 0 and elt_all_there > 0) as measured;
select * from (
select elt_value as "word", elt_here as "here", elt_there as "there" from (select *, sum(elt_here) over () as elt_all_here, sum(elt_there) over () as elt_all_there, sum(elt_here) over (order by elt_value) as elt_to_here, sum(elt_there) over (order by elt_value) as elt_to_there, count(*) over () as elt_values from (select elt_value, cast(count(case when elt_baseline = 0 then 1 end) as double precision) as elt_here, cast(count(case when elt_baseline = 1 then 1 end) as double precision) as elt_there from (select "word" as elt_value, case when (a = 1) then 1 else 0 end as elt_baseline from (select * from staged union all select * from rest) as judged where "word" is not null) as sides group by elt_value) as counts) as counted cross join (select max(abs(elt_to_here / elt_all_here - elt_to_there / elt_all_there)) as elt_shift from (select *, sum(elt_here) over () as elt_all_here, sum(elt_there) over () as elt_all_there, sum(elt_here) over (order by elt_value) as elt_to_here, sum(elt_there) over (order by elt_value) as elt_to_there, count(*) over () as elt_values from (select elt_value, cast(count(case when elt_baseline = 0 then 1 end) as double precision) as elt_here, cast(count(case when elt_baseline = 1 then 1 end) as double precision) as elt_there from (select "word" as elt_value, case when (a = 1) then 1 else 0 end as elt_baseline from (select * from staged union all select * from rest) as judged where "word" is not null) as sides group by elt_value) as counts) as counted where elt_all_here > 0 and elt_all_there > 0) as measured where elt_shift > 0.2
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- equal_distinct_count(word: raw_data.airports.faa)

-- duckdb
select 0 as "partition", count(case when not (own_value = other_value) then 1 end) as "failures", max(own_value - other_value) as "value" from (select coalesce(max(own_value), 0) as own_value, coalesce(max(other_value), 0) as other_value from (select count(distinct "word") as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, count(distinct "faa") from airports as compared) as both_sides) as pairs;
select own_value as "here", other_value as "there" from (select coalesce(max(own_value), 0) as own_value, coalesce(max(other_value), 0) as other_value from (select count(distinct "word") as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, count(distinct "faa") from airports as compared) as both_sides) as pairs where not (own_value = other_value) order by all limit 100;

-- postgres
select 0 as "partition", count(case when not (own_value = other_value) then 1 end) as "failures", max(own_value - other_value) as "value" from (select coalesce(max(own_value), 0) as own_value, coalesce(max(other_value), 0) as other_value from (select count(distinct "word") as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, count(distinct "faa") from airports as compared) as both_sides) as pairs;
select * from (
select own_value as "here", other_value as "there" from (select coalesce(max(own_value), 0) as own_value, coalesce(max(other_value), 0) as other_value from (select count(distinct "word") as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, count(distinct "faa") from airports as compared) as both_sides) as pairs where not (own_value = other_value)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- equal_rowcount(raw_data.airports)

-- duckdb
select 0 as "partition", count(case when not (own_value = other_value) then 1 end) as "failures", max(own_value - other_value) as "value" from (select coalesce(max(own_value), 0) as own_value, coalesce(max(other_value), 0) as other_value from (select count(*) as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, count(*) from airports as compared) as both_sides) as pairs;
select own_value as "here", other_value as "there" from (select coalesce(max(own_value), 0) as own_value, coalesce(max(other_value), 0) as other_value from (select count(*) as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, count(*) from airports as compared) as both_sides) as pairs where not (own_value = other_value) order by all limit 100;

-- postgres
select 0 as "partition", count(case when not (own_value = other_value) then 1 end) as "failures", max(own_value - other_value) as "value" from (select coalesce(max(own_value), 0) as own_value, coalesce(max(other_value), 0) as other_value from (select count(*) as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, count(*) from airports as compared) as both_sides) as pairs;
select * from (
select own_value as "here", other_value as "there" from (select coalesce(max(own_value), 0) as own_value, coalesce(max(other_value), 0) as other_value from (select count(*) as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, count(*) from airports as compared) as both_sides) as pairs where not (own_value = other_value)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- equality(raw_data.airports: n, word)

-- duckdb
select 0 as "partition", count(*) as "failures" from (select 'here' as "only", extra.* from (select "n", "word" from (select * from staged union all select * from rest) as judged except all select "n", "word" from airports as compared) as extra union all select 'there' as "only", extra.* from (select "n", "word" from airports as compared except all select "n", "word" from (select * from staged union all select * from rest) as judged) as extra) as differing;
select * from (select 'here' as "only", extra.* from (select "n", "word" from (select * from staged union all select * from rest) as judged except all select "n", "word" from airports as compared) as extra union all select 'there' as "only", extra.* from (select "n", "word" from airports as compared except all select "n", "word" from (select * from staged union all select * from rest) as judged) as extra) as differing order by all limit 100;

-- postgres
select 0 as "partition", count(*) as "failures" from (select 'here' as "only", extra.* from (select "n", "word" from (select * from staged union all select * from rest) as judged except all select "n", "word" from airports as compared) as extra union all select 'there' as "only", extra.* from (select "n", "word" from airports as compared except all select "n", "word" from (select * from staged union all select * from rest) as judged) as extra) as differing;
select * from (
select * from (select 'here' as "only", extra.* from (select "n", "word" from (select * from staged union all select * from rest) as judged except all select "n", "word" from airports as compared) as extra union all select 'there' as "only", extra.* from (select "n", "word" from airports as compared except all select "n", "word" from (select * from staged union all select * from rest) as judged) as extra) as differing
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- exactly_one(a, b)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when (case when "a" is null then 0 else 1 end + case when "b" is null then 0 else 1 end) <> 1 then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where (case when "a" is null then 0 else 1 end + case when "b" is null then 0 else 1 end) <> 1 order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when (case when "a" is null then 0 else 1 end + case when "b" is null then 0 else 1 end) <> 1 then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where (case when "a" is null then 0 else 1 end + case when "b" is null then 0 else 1 end) <> 1
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- expression_is_true(a <= b -- always)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when not (a <= b -- always
) then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where not (a <= b -- always
) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when not (a <= b -- always
) then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where not (a <= b -- always
)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- fewer_rows_than(raw_data.airports)

-- duckdb
select 0 as "partition", count(case when not (own_value < other_value) then 1 end) as "failures", max(own_value - other_value) as "value" from (select coalesce(max(own_value), 0) as own_value, coalesce(max(other_value), 0) as other_value from (select count(*) as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, count(*) from airports as compared) as both_sides) as pairs;
select own_value as "here", other_value as "there" from (select coalesce(max(own_value), 0) as own_value, coalesce(max(other_value), 0) as other_value from (select count(*) as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, count(*) from airports as compared) as both_sides) as pairs where not (own_value < other_value) order by all limit 100;

-- postgres
select 0 as "partition", count(case when not (own_value < other_value) then 1 end) as "failures", max(own_value - other_value) as "value" from (select coalesce(max(own_value), 0) as own_value, coalesce(max(other_value), 0) as other_value from (select count(*) as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, count(*) from airports as compared) as both_sides) as pairs;
select * from (
select own_value as "here", other_value as "there" from (select coalesce(max(own_value), 0) as own_value, coalesce(max(other_value), 0) as other_value from (select count(*) as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, count(*) from airports as compared) as both_sides) as pairs where not (own_value < other_value)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- format(word: email)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when "word" is not null and not (regexp_matches(cast("word" as VARCHAR), '^[0-9A-Za-z¡-􏿿.!#$%&''*+/=?^_`{|}~-]+@([0-9A-Za-z¡-􏿿]([0-9A-Za-z¡-􏿿-]{0,61}[0-9A-Za-z¡-􏿿])?[.])+[0-9A-Za-z¡-􏿿]([0-9A-Za-z¡-􏿿-]{0,61}[0-9A-Za-z¡-􏿿])?$')) then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where "word" is not null and not (regexp_matches(cast("word" as VARCHAR), '^[0-9A-Za-z¡-􏿿.!#$%&''*+/=?^_`{|}~-]+@([0-9A-Za-z¡-􏿿]([0-9A-Za-z¡-􏿿-]{0,61}[0-9A-Za-z¡-􏿿])?[.])+[0-9A-Za-z¡-􏿿]([0-9A-Za-z¡-􏿿-]{0,61}[0-9A-Za-z¡-􏿿])?$')) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when "word" is not null and not ((cast("word" as text) ~ '^[0-9A-Za-z¡-􏿿.!#$%&''*+/=?^_`{|}~-]+@([0-9A-Za-z¡-􏿿]([0-9A-Za-z¡-􏿿-]{0,61}[0-9A-Za-z¡-􏿿])?[.])+[0-9A-Za-z¡-􏿿]([0-9A-Za-z¡-􏿿-]{0,61}[0-9A-Za-z¡-􏿿])?$')) then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where "word" is not null and not ((cast("word" as text) ~ '^[0-9A-Za-z¡-􏿿.!#$%&''*+/=?^_`{|}~-]+@([0-9A-Za-z¡-􏿿]([0-9A-Za-z¡-􏿿-]{0,61}[0-9A-Za-z¡-􏿿])?[.])+[0-9A-Za-z¡-􏿿]([0-9A-Za-z¡-􏿿-]{0,61}[0-9A-Za-z¡-􏿿])?$'))
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- freshness_sla(seen: by 00:00)

-- duckdb
select 0 as "partition", case when not ((date_diff('day', cast(max("seen") as timestamp), cast(date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) as timestamp)) - case (date_diff('day', cast(date '1970-01-05' as timestamp), cast(date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) as timestamp)) % 7) when 0 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 1 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 2 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 3 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 4 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 5 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 6 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end end) <= 0) then 1 else 0 end as "failures", (date_diff('day', cast(max("seen") as timestamp), cast(date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) as timestamp)) - case (date_diff('day', cast(date '1970-01-05' as timestamp), cast(date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) as timestamp)) % 7) when 0 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 1 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 2 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 3 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 4 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 5 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 6 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end end) as "value" from (select * from staged union all select * from rest) as scanned;
select (date_diff('day', cast(max("seen") as timestamp), cast(date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) as timestamp)) - case (date_diff('day', cast(date '1970-01-05' as timestamp), cast(date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) as timestamp)) % 7) when 0 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 1 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 2 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 3 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 4 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 5 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 6 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end end) as "days_late" from (select * from staged union all select * from rest) as judged having not ((date_diff('day', cast(max("seen") as timestamp), cast(date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) as timestamp)) - case (date_diff('day', cast(date '1970-01-05' as timestamp), cast(date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) as timestamp)) % 7) when 0 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 1 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 2 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 3 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 4 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 5 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end when 6 then case when cast(now() at time zone 'UTC' as timestamp) >= (date_trunc('day', cast(now() at time zone 'UTC' as timestamp)) + interval 0 minute) then 0 else 1 end end) <= 0) order by all limit 100;

-- postgres
select 0 as "partition", case when not ((((cast(cast(date_trunc('day', (now() at time zone 'UTC') + interval '0') as timestamp) as date) - date '1970-01-01') - (cast(cast(max("seen") as timestamp) as date) - date '1970-01-01')) - case (((cast(cast(date_trunc('day', (now() at time zone 'UTC') + interval '0') as timestamp) as date) - date '1970-01-01') - (cast(cast(date '1970-01-05' as timestamp) as date) - date '1970-01-01')) % 7) when 0 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 1 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 2 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 3 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 4 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 5 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 6 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end end) <= 0) then 1 else 0 end as "failures", (((cast(cast(date_trunc('day', (now() at time zone 'UTC') + interval '0') as timestamp) as date) - date '1970-01-01') - (cast(cast(max("seen") as timestamp) as date) - date '1970-01-01')) - case (((cast(cast(date_trunc('day', (now() at time zone 'UTC') + interval '0') as timestamp) as date) - date '1970-01-01') - (cast(cast(date '1970-01-05' as timestamp) as date) - date '1970-01-01')) % 7) when 0 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 1 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 2 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 3 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 4 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 5 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 6 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end end) as "value" from (select * from staged union all select * from rest) as scanned;
select * from (
select (((cast(cast(date_trunc('day', (now() at time zone 'UTC') + interval '0') as timestamp) as date) - date '1970-01-01') - (cast(cast(max("seen") as timestamp) as date) - date '1970-01-01')) - case (((cast(cast(date_trunc('day', (now() at time zone 'UTC') + interval '0') as timestamp) as date) - date '1970-01-01') - (cast(cast(date '1970-01-05' as timestamp) as date) - date '1970-01-01')) % 7) when 0 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 1 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 2 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 3 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 4 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 5 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 6 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end end) as "days_late" from (select * from staged union all select * from rest) as judged having not ((((cast(cast(date_trunc('day', (now() at time zone 'UTC') + interval '0') as timestamp) as date) - date '1970-01-01') - (cast(cast(max("seen") as timestamp) as date) - date '1970-01-01')) - case (((cast(cast(date_trunc('day', (now() at time zone 'UTC') + interval '0') as timestamp) as date) - date '1970-01-01') - (cast(cast(date '1970-01-05' as timestamp) as date) - date '1970-01-01')) % 7) when 0 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 1 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 2 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 3 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 4 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 5 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end when 6 then case when (now() at time zone 'UTC') >= (date_trunc('day', (now() at time zone 'UTC') + interval '0') + cast(0 as bigint) * interval '1 minute') then 0 else 1 end end) <= 0)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- implies(a > 0 → b > a -- more)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when (a > 0) and case when (b > a -- more
) then false else true end then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where (a > 0) and case when (b > a -- more
) then false else true end order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when (a > 0) and case when (b > a -- more
) then false else true end then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where (a > 0) and case when (b > a -- more
) then false else true end
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- increasing(n: over seen)

-- duckdb
select elt_partition as "partition", count(*) as "failures" from (select * from (select *, lag("n") over (partition by ("day" - date '2024-01-01') order by seen) as elt_before, ("day" - date '2024-01-01') as elt_partition from staged as judged where "n" is not null) as ordered where not ("n" >= elt_before)) as failing group by elt_partition;
select * from (select *, lag("n") over (partition by ("day" - date '2024-01-01') order by seen) as elt_before from staged as judged where "n" is not null) as ordered where not ("n" >= elt_before) order by all limit 100;

-- postgres
select elt_partition as "partition", count(*) as "failures" from (select * from (select *, lag("n") over (partition by ("day" - date '2024-01-01') order by seen) as elt_before, ("day" - date '2024-01-01') as elt_partition from staged as judged where "n" is not null) as ordered where not ("n" >= elt_before)) as failing group by elt_partition;
select * from (
select * from (select *, lag("n") over (partition by ("day" - date '2024-01-01') order by seen) as elt_before from staged as judged where "n" is not null) as ordered where not ("n" >= elt_before)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- json_schema(word: {"type":"object","required":["id"],"properties":{"id":{"type":"integer","minimum":1},"이름":{"type":"string","maxLength":2},"place":{"type":["object","null"],"required":["code"],"properties":{"code":{"enum":["ICN",7,null,true]}}}}})

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when "word" is not null and not (case when (json_valid(cast(cast("word" as VARCHAR) as VARCHAR)) and not regexp_matches(regexp_replace(cast(cast("word" as VARCHAR) as VARCHAR), '"(?:[^"\\]|\\.)*"', '0', 'g'), ',\s*[\]}]|/|nan|inf', 'i')) then ((case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) is null or (case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object') and case when (case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then (case json_type(cast("word" as VARCHAR), '/id') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) is not null else true end and case when (case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then ((case json_type(cast("word" as VARCHAR), '/id') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) is null or ((case json_type(cast("word" as VARCHAR), '/id') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'number' and regexp_matches(json_extract_string(cast("word" as VARCHAR), '/id'), '^-?[0-9]+([.]0+)?$'))) else true end and case when (case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then case when (case json_type(cast("word" as VARCHAR), '/id') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'number' then coalesce(try_cast(json_extract_string(cast("word" as VARCHAR), '/id') as DOUBLE) >= 1, false) else true end else true end and case when (case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then ((case json_type(cast("word" as VARCHAR), '/이름') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) is null or (case json_type(cast("word" as VARCHAR), '/이름') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'string') else true end and case when (case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then case when (case json_type(cast("word" as VARCHAR), '/이름') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'string' then length(json_extract_string(cast("word" as VARCHAR), '/이름')) <= 2 else true end else true end and case when (case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then ((case json_type(cast("word" as VARCHAR), '/place') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) is null or (case json_type(cast("word" as VARCHAR), '/place') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' or (case json_type(cast("word" as VARCHAR), '/place') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'null') else true end and case when (case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then case when (case json_type(cast("word" as VARCHAR), '/place') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then (case json_type(cast("word" as VARCHAR), '/place/code') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) is not null else true end else true end and case when (case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then case when (case json_type(cast("word" as VARCHAR), '/place') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then ((case json_type(cast("word" as VARCHAR), '/place/code') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) is null or ((case json_type(cast("word" as VARCHAR), '/place/code') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'string' and json_extract_string(cast("word" as VARCHAR), '/place/code') = 'ICN') or case when (case json_type(cast("word" as VARCHAR), '/place/code') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'number' then coalesce(try_cast(json_extract_string(cast("word" as VARCHAR), '/place/code') as DOUBLE) = 7, false) else false end or (case json_type(cast("word" as VARCHAR), '/place/code') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'null' or ((case json_type(cast("word" as VARCHAR), '/place/code') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'boolean' and json_extract_string(cast("word" as VARCHAR), '/place/code') = 'true')) else true end else true end else false end) then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where "word" is not null and not (case when (json_valid(cast(cast("word" as VARCHAR) as VARCHAR)) and not regexp_matches(regexp_replace(cast(cast("word" as VARCHAR) as VARCHAR), '"(?:[^"\\]|\\.)*"', '0', 'g'), ',\s*[\]}]|/|nan|inf', 'i')) then ((case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) is null or (case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object') and case when (case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then (case json_type(cast("word" as VARCHAR), '/id') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) is not null else true end and case when (case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then ((case json_type(cast("word" as VARCHAR), '/id') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) is null or ((case json_type(cast("word" as VARCHAR), '/id') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'number' and regexp_matches(json_extract_string(cast("word" as VARCHAR), '/id'), '^-?[0-9]+([.]0+)?$'))) else true end and case when (case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then case when (case json_type(cast("word" as VARCHAR), '/id') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'number' then coalesce(try_cast(json_extract_string(cast("word" as VARCHAR), '/id') as DOUBLE) >= 1, false) else true end else true end and case when (case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then ((case json_type(cast("word" as VARCHAR), '/이름') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) is null or (case json_type(cast("word" as VARCHAR), '/이름') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'string') else true end and case when (case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then case when (case json_type(cast("word" as VARCHAR), '/이름') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'string' then length(json_extract_string(cast("word" as VARCHAR), '/이름')) <= 2 else true end else true end and case when (case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then ((case json_type(cast("word" as VARCHAR), '/place') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) is null or (case json_type(cast("word" as VARCHAR), '/place') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' or (case json_type(cast("word" as VARCHAR), '/place') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'null') else true end and case when (case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then case when (case json_type(cast("word" as VARCHAR), '/place') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then (case json_type(cast("word" as VARCHAR), '/place/code') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) is not null else true end else true end and case when (case json_type(cast("word" as VARCHAR)) when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then case when (case json_type(cast("word" as VARCHAR), '/place') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'object' then ((case json_type(cast("word" as VARCHAR), '/place/code') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) is null or ((case json_type(cast("word" as VARCHAR), '/place/code') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'string' and json_extract_string(cast("word" as VARCHAR), '/place/code') = 'ICN') or case when (case json_type(cast("word" as VARCHAR), '/place/code') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'number' then coalesce(try_cast(json_extract_string(cast("word" as VARCHAR), '/place/code') as DOUBLE) = 7, false) else false end or (case json_type(cast("word" as VARCHAR), '/place/code') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'null' or ((case json_type(cast("word" as VARCHAR), '/place/code') when 'VARCHAR' then 'string' when 'OBJECT' then 'object' when 'ARRAY' then 'array' when 'BOOLEAN' then 'boolean' when 'NULL' then 'null' when 'BIGINT' then 'number' when 'UBIGINT' then 'number' when 'DOUBLE' then 'number' end) = 'boolean' and json_extract_string(cast("word" as VARCHAR), '/place/code') = 'true')) else true end else true end else false end) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when "word" is not null and not (case when (case when cast("word" as text) is null then null else (with recursive steps as (select case when regexp_replace(case when regexp_replace(cast(cast("word" as text) as text), '"([^"\\[:cntrl:]]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"', '', 'g') ~ '(?<![[:alnum:]])[sv](?![[:alnum:]])' then '' else regexp_replace(cast(cast("word" as text) as text), '"([^"\\[:cntrl:]]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"', 's', 'g') end, '(?<![\w.+-])(-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?|true|false|null)(?![\w.+-])', 'v', 'g') ~ '[sv][ \t\n\r]+[sv]' then '' else regexp_replace(regexp_replace(case when regexp_replace(cast(cast("word" as text) as text), '"([^"\\[:cntrl:]]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"', '', 'g') ~ '(?<![[:alnum:]])[sv](?![[:alnum:]])' then '' else regexp_replace(cast(cast("word" as text) as text), '"([^"\\[:cntrl:]]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"', 's', 'g') end, '(?<![\w.+-])(-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?|true|false|null)(?![\w.+-])', 'v', 'g'), '[ \t\n\r]+', '', 'g') end as rest, '' as before union all select regexp_replace(rest, '\[([sv](,[sv])*)?\]|\{(s:[sv](,s:[sv])*)?\}', 'v', 'g'), rest from steps where rest <> before) select bool_or(rest in ('s', 'v')) from steps) end) then (json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) is null or json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) = 'object') and case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) = 'object' then json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['id'] as text[]))) is not null else true end and case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) = 'object' then (json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['id'] as text[]))) is null or (json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['id'] as text[]))) = 'number' and ((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['id'] as text[])) ~ '^-?[0-9]+([.]0+)?$'))) else true end and case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) = 'object' then case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['id'] as text[]))) = 'number' then coalesce(case when cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['id'] as text[])) as text) ~* '^\s*[-+]?(nan|inf|infinity)\s*$' then cast(cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['id'] as text[])) as text) as double precision) else case when cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['id'] as text[])) as text) ~* '^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?\s*$' then case when abs(cast(cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['id'] as text[])) as text) as numeric)) = 0 or abs(cast(cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['id'] as text[])) as text) as numeric)) between 1e-307 and 1.7e308 then cast(cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['id'] as text[])) as text) as double precision) end end end >= 1, false) else true end else true end and case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) = 'object' then (json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['이름'] as text[]))) is null or json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['이름'] as text[]))) = 'string') else true end and case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) = 'object' then case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['이름'] as text[]))) = 'string' then char_length((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['이름'] as text[]))) <= 2 else true end else true end and case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) = 'object' then (json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place'] as text[]))) is null or json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place'] as text[]))) = 'object' or json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place'] as text[]))) = 'null') else true end and case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) = 'object' then case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place'] as text[]))) = 'object' then json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place', 'code'] as text[]))) is not null else true end else true end and case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) = 'object' then case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place'] as text[]))) = 'object' then (json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place', 'code'] as text[]))) is null or (json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place', 'code'] as text[]))) = 'string' and (cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['place', 'code'] as text[])) = 'ICN') or case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place', 'code'] as text[]))) = 'number' then coalesce(case when cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['place', 'code'] as text[])) as text) ~* '^\s*[-+]?(nan|inf|infinity)\s*$' then cast(cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['place', 'code'] as text[])) as text) as double precision) else case when cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['place', 'code'] as text[])) as text) ~* '^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?\s*$' then case when abs(cast(cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['place', 'code'] as text[])) as text) as numeric)) = 0 or abs(cast(cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['place', 'code'] as text[])) as text) as numeric)) between 1e-307 and 1.7e308 then cast(cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['place', 'code'] as text[])) as text) as double precision) end end end = 7, false) else false end or json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place', 'code'] as text[]))) = 'null' or (json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place', 'code'] as text[]))) = 'boolean' and (cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['place', 'code'] as text[])) = 'true')) else true end else true end else false end) then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where "word" is not null and not (case when (case when cast("word" as text) is null then null else (with recursive steps as (select case when regexp_replace(case when regexp_replace(cast(cast("word" as text) as text), '"([^"\\[:cntrl:]]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"', '', 'g') ~ '(?<![[:alnum:]])[sv](?![[:alnum:]])' then '' else regexp_replace(cast(cast("word" as text) as text), '"([^"\\[:cntrl:]]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"', 's', 'g') end, '(?<![\w.+-])(-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?|true|false|null)(?![\w.+-])', 'v', 'g') ~ '[sv][ \t\n\r]+[sv]' then '' else regexp_replace(regexp_replace(case when regexp_replace(cast(cast("word" as text) as text), '"([^"\\[:cntrl:]]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"', '', 'g') ~ '(?<![[:alnum:]])[sv](?![[:alnum:]])' then '' else regexp_replace(cast(cast("word" as text) as text), '"([^"\\[:cntrl:]]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"', 's', 'g') end, '(?<![\w.+-])(-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?|true|false|null)(?![\w.+-])', 'v', 'g'), '[ \t\n\r]+', '', 'g') end as rest, '' as before union all select regexp_replace(rest, '\[([sv](,[sv])*)?\]|\{(s:[sv](,s:[sv])*)?\}', 'v', 'g'), rest from steps where rest <> before) select bool_or(rest in ('s', 'v')) from steps) end) then (json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) is null or json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) = 'object') and case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) = 'object' then json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['id'] as text[]))) is not null else true end and case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) = 'object' then (json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['id'] as text[]))) is null or (json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['id'] as text[]))) = 'number' and ((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['id'] as text[])) ~ '^-?[0-9]+([.]0+)?$'))) else true end and case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) = 'object' then case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['id'] as text[]))) = 'number' then coalesce(case when cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['id'] as text[])) as text) ~* '^\s*[-+]?(nan|inf|infinity)\s*$' then cast(cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['id'] as text[])) as text) as double precision) else case when cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['id'] as text[])) as text) ~* '^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?\s*$' then case when abs(cast(cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['id'] as text[])) as text) as numeric)) = 0 or abs(cast(cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['id'] as text[])) as text) as numeric)) between 1e-307 and 1.7e308 then cast(cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['id'] as text[])) as text) as double precision) end end end >= 1, false) else true end else true end and case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) = 'object' then (json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['이름'] as text[]))) is null or json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['이름'] as text[]))) = 'string') else true end and case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) = 'object' then case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['이름'] as text[]))) = 'string' then char_length((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['이름'] as text[]))) <= 2 else true end else true end and case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) = 'object' then (json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place'] as text[]))) is null or json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place'] as text[]))) = 'object' or json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place'] as text[]))) = 'null') else true end and case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) = 'object' then case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place'] as text[]))) = 'object' then json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place', 'code'] as text[]))) is not null else true end else true end and case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array[] as text[]))) = 'object' then case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place'] as text[]))) = 'object' then (json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place', 'code'] as text[]))) is null or (json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place', 'code'] as text[]))) = 'string' and (cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['place', 'code'] as text[])) = 'ICN') or case when json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place', 'code'] as text[]))) = 'number' then coalesce(case when cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['place', 'code'] as text[])) as text) ~* '^\s*[-+]?(nan|inf|infinity)\s*$' then cast(cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['place', 'code'] as text[])) as text) as double precision) else case when cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['place', 'code'] as text[])) as text) ~* '^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?\s*$' then case when abs(cast(cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['place', 'code'] as text[])) as text) as numeric)) = 0 or abs(cast(cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['place', 'code'] as text[])) as text) as numeric)) between 1e-307 and 1.7e308 then cast(cast((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['place', 'code'] as text[])) as text) as double precision) end end end = 7, false) else false end or json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place', 'code'] as text[]))) = 'null' or (json_typeof((cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #> cast(array['place', 'code'] as text[]))) = 'boolean' and (cast(regexp_replace(cast("word" as text), '\\u(0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\ufffd', 'g') as json) #>> cast(array['place', 'code'] as text[])) = 'true')) else true end else true end else false end)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- json_valid(word)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when "word" is not null and not ((json_valid(cast(cast("word" as VARCHAR) as VARCHAR)) and not regexp_matches(regexp_replace(cast(cast("word" as VARCHAR) as VARCHAR), '"(?:[^"\\]|\\.)*"', '0', 'g'), ',\s*[\]}]|/|nan|inf', 'i'))) then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where "word" is not null and not ((json_valid(cast(cast("word" as VARCHAR) as VARCHAR)) and not regexp_matches(regexp_replace(cast(cast("word" as VARCHAR) as VARCHAR), '"(?:[^"\\]|\\.)*"', '0', 'g'), ',\s*[\]}]|/|nan|inf', 'i'))) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when "word" is not null and not ((case when cast("word" as text) is null then null else (with recursive steps as (select case when regexp_replace(case when regexp_replace(cast(cast("word" as text) as text), '"([^"\\[:cntrl:]]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"', '', 'g') ~ '(?<![[:alnum:]])[sv](?![[:alnum:]])' then '' else regexp_replace(cast(cast("word" as text) as text), '"([^"\\[:cntrl:]]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"', 's', 'g') end, '(?<![\w.+-])(-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?|true|false|null)(?![\w.+-])', 'v', 'g') ~ '[sv][ \t\n\r]+[sv]' then '' else regexp_replace(regexp_replace(case when regexp_replace(cast(cast("word" as text) as text), '"([^"\\[:cntrl:]]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"', '', 'g') ~ '(?<![[:alnum:]])[sv](?![[:alnum:]])' then '' else regexp_replace(cast(cast("word" as text) as text), '"([^"\\[:cntrl:]]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"', 's', 'g') end, '(?<![\w.+-])(-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?|true|false|null)(?![\w.+-])', 'v', 'g'), '[ \t\n\r]+', '', 'g') end as rest, '' as before union all select regexp_replace(rest, '\[([sv](,[sv])*)?\]|\{(s:[sv](,s:[sv])*)?\}', 'v', 'g'), rest from steps where rest <> before) select bool_or(rest in ('s', 'v')) from steps) end)) then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where "word" is not null and not ((case when cast("word" as text) is null then null else (with recursive steps as (select case when regexp_replace(case when regexp_replace(cast(cast("word" as text) as text), '"([^"\\[:cntrl:]]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"', '', 'g') ~ '(?<![[:alnum:]])[sv](?![[:alnum:]])' then '' else regexp_replace(cast(cast("word" as text) as text), '"([^"\\[:cntrl:]]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"', 's', 'g') end, '(?<![\w.+-])(-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?|true|false|null)(?![\w.+-])', 'v', 'g') ~ '[sv][ \t\n\r]+[sv]' then '' else regexp_replace(regexp_replace(case when regexp_replace(cast(cast("word" as text) as text), '"([^"\\[:cntrl:]]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"', '', 'g') ~ '(?<![[:alnum:]])[sv](?![[:alnum:]])' then '' else regexp_replace(cast(cast("word" as text) as text), '"([^"\\[:cntrl:]]|\\["\\/bfnrt]|\\u[\da-fA-F]{4})*"', 's', 'g') end, '(?<![\w.+-])(-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?|true|false|null)(?![\w.+-])', 'v', 'g'), '[ \t\n\r]+', '', 'g') end as rest, '' as before union all select regexp_replace(rest, '\[([sv](,[sv])*)?\]|\{(s:[sv](,s:[sv])*)?\}', 'v', 'g'), rest from steps where rest <> before) select bool_or(rest in ('s', 'v')) from steps) end))
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- length(word: 3)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when not (length(cast("word" as VARCHAR)) = 3) then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where not (length(cast("word" as VARCHAR)) = 3) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when not (char_length(cast("word" as text)) = 3) then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where not (char_length(cast("word" as text)) = 3)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- like(word: KE%)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when not ((cast("word" as VARCHAR) like 'KE%' escape '\')) then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where not ((cast("word" as VARCHAR) like 'KE%' escape '\')) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when not ((cast("word" as text) like 'KE%' escape '\')) then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where not ((cast("word" as text) like 'KE%' escape '\'))
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- matches_regex(word: ^[A-Z]{3}$)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when not (regexp_matches(cast("word" as VARCHAR), '^[A-Z]{3}$')) then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where not (regexp_matches(cast("word" as VARCHAR), '^[A-Z]{3}$')) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when not ((cast("word" as text) ~ '^[A-Z]{3}$')) then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where not ((cast("word" as text) ~ '^[A-Z]{3}$'))
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- metric_between(n: mean 1…3)

-- duckdb
select ("day" - date '2024-01-01') as "partition", case when not (avg("n") >= 1 and avg("n") <= 3) then 1 else 0 end as "failures", avg("n") as "value" from staged as scanned group by 1;
select min("day") as "day", avg("n") as "mean" from staged as judged group by ("day" - date '2024-01-01') having not (avg("n") >= 1 and avg("n") <= 3) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", case when not (avg("n") >= 1 and avg("n") <= 3) then 1 else 0 end as "failures", avg("n") as "value" from staged as scanned group by 1;
select * from (
select min("day") as "day", avg("n") as "mean" from staged as judged group by ("day" - date '2024-01-01') having not (avg("n") >= 1 and avg("n") <= 3)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- missing(word: , n/a, 없음, ^-+$)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when ("word" is null or "word" in ('', 'n/a', '없음') or regexp_matches("word", '^-+$')) then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where ("word" is null or "word" in ('', 'n/a', '없음') or regexp_matches("word", '^-+$')) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when ("word" is null or "word" in ('', 'n/a', '없음') or ("word" ~ '^-+$')) then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where ("word" is null or "word" in ('', 'n/a', '없음') or ("word" ~ '^-+$'))
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- most_common_in(word: a, 인천)

-- duckdb
select elt_partition as "partition", count(*) as "failures" from (select elt_partition, "word", "rows" from (select *, max(case when "word" in ('a', '인천') then 1 else 0 end) over (partition by elt_partition) as elt_any from (select *, rank() over (partition by elt_partition order by "rows" desc) as elt_rank from (select ("day" - date '2024-01-01') as elt_partition, "word", count(*) as "rows" from staged as judged where "word" is not null group by ("day" - date '2024-01-01'), "word") as counted) as ranked where elt_rank <= 1) as common where not ("word" in ('a', '인천'))) as failing group by elt_partition;
select "word", "rows" from (select elt_partition, "word", "rows" from (select *, max(case when "word" in ('a', '인천') then 1 else 0 end) over (partition by elt_partition) as elt_any from (select *, rank() over (partition by elt_partition order by "rows" desc) as elt_rank from (select ("day" - date '2024-01-01') as elt_partition, "word", count(*) as "rows" from staged as judged where "word" is not null group by ("day" - date '2024-01-01'), "word") as counted) as ranked where elt_rank <= 1) as common where not ("word" in ('a', '인천'))) as failing order by all limit 100;

-- postgres
select elt_partition as "partition", count(*) as "failures" from (select elt_partition, "word", "rows" from (select *, max(case when "word" in ('a', '인천') then 1 else 0 end) over (partition by elt_partition) as elt_any from (select *, rank() over (partition by elt_partition order by "rows" desc) as elt_rank from (select ("day" - date '2024-01-01') as elt_partition, "word", count(*) as "rows" from staged as judged where "word" is not null group by ("day" - date '2024-01-01'), "word") as counted) as ranked where elt_rank <= 1) as common where not ("word" in ('a', '인천'))) as failing group by elt_partition;
select * from (
select "word", "rows" from (select elt_partition, "word", "rows" from (select *, max(case when "word" in ('a', '인천') then 1 else 0 end) over (partition by elt_partition) as elt_any from (select *, rank() over (partition by elt_partition order by "rows" desc) as elt_rank from (select ("day" - date '2024-01-01') as elt_partition, "word", count(*) as "rows" from staged as judged where "word" is not null group by ("day" - date '2024-01-01'), "word") as counted) as ranked where elt_rank <= 1) as common where not ("word" in ('a', '인천'))) as failing
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- mutually_exclusive_ranges(a…b)

-- duckdb
select elt_partition as "partition", count(*) as "failures" from (select * from (select *, lead("a") over (partition by ("day" - date '2024-01-01') order by "a", "b") as elt_next, ("day" - date '2024-01-01') as elt_partition from staged as judged) as ordered where not (coalesce("a" < "b", false) and (elt_next is null or coalesce("b" <= elt_next, false)))) as failing group by elt_partition;
select * from (select *, lead("a") over (partition by ("day" - date '2024-01-01') order by "a", "b") as elt_next from staged as judged) as ordered where not (coalesce("a" < "b", false) and (elt_next is null or coalesce("b" <= elt_next, false))) order by all limit 100;

-- postgres
select elt_partition as "partition", count(*) as "failures" from (select * from (select *, lead("a") over (partition by ("day" - date '2024-01-01') order by "a", "b") as elt_next, ("day" - date '2024-01-01') as elt_partition from staged as judged) as ordered where not (coalesce("a" < "b", false) and (elt_next is null or coalesce("b" <= elt_next, false)))) as failing group by elt_partition;
select * from (
select * from (select *, lead("a") over (partition by ("day" - date '2024-01-01') order by "a", "b") as elt_next from staged as judged) as ordered where not (coalesce("a" < "b", false) and (elt_next is null or coalesce("b" <= elt_next, false)))
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- mutually_null(a, b)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when (case when "a" is null then 0 else 1 end + case when "b" is null then 0 else 1 end) not in (0, 2) then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where (case when "a" is null then 0 else 1 end + case when "b" is null then 0 else 1 end) not in (0, 2) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when (case when "a" is null then 0 else 1 end + case when "b" is null then 0 else 1 end) not in (0, 2) then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where (case when "a" is null then 0 else 1 end + case when "b" is null then 0 else 1 end) not in (0, 2)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- no_future(seen)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when "seen" > cast(now() at time zone 'UTC' as timestamp) then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where "seen" > cast(now() at time zone 'UTC' as timestamp) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when "seen" > (now() at time zone 'UTC') then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where "seen" > (now() at time zone 'UTC')
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- non_negative(n)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when "n" < 0 then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where "n" < 0 order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when "n" < 0 then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where "n" < 0
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- not_accepted_values(word: , 없음)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when "word" in ('', '없음') then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where "word" in ('', '없음') order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when "word" in ('', '없음') then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where "word" in ('', '없음')
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- not_constant(word)

-- duckdb
select ("day" - date '2024-01-01') as "partition", case when not (nullif(count(distinct "word"), 0) >= 2) then 1 else 0 end as "failures", nullif(count(distinct "word"), 0) as "value" from staged as scanned group by 1;
select min("day") as "day", nullif(count(distinct "word"), 0) as "distinct" from staged as judged group by ("day" - date '2024-01-01') having not (nullif(count(distinct "word"), 0) >= 2) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", case when not (nullif(count(distinct "word"), 0) >= 2) then 1 else 0 end as "failures", nullif(count(distinct "word"), 0) as "value" from staged as scanned group by 1;
select * from (
select min("day") as "day", nullif(count(distinct "word"), 0) as "distinct" from staged as judged group by ("day" - date '2024-01-01') having not (nullif(count(distinct "word"), 0) >= 2)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- not_empty

-- duckdb
select ("day" - date '2024-01-01') as "partition", case when not (count(*) >= 1) then 1 else 0 end as "failures", count(*) as "value" from staged as scanned group by 1;
select min("day") as "day", count(*) as "rows" from staged as judged group by ("day" - date '2024-01-01') having not (count(*) >= 1) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", case when not (count(*) >= 1) then 1 else 0 end as "failures", count(*) as "value" from staged as scanned group by 1;
select * from (
select min("day") as "day", count(*) as "rows" from staged as judged group by ("day" - date '2024-01-01') having not (count(*) >= 1)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- not_empty_string(word)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when trim("word") = '' then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where trim("word") = '' order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when trim("word") = '' then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where trim("word") = ''
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- not_like(word: %test%)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when ((cast("word" as VARCHAR) like '%test%' escape '\')) then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where ((cast("word" as VARCHAR) like '%test%' escape '\')) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when ((cast("word" as text) like '%test%' escape '\')) then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where ((cast("word" as text) like '%test%' escape '\'))
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- not_matches_regex(word: -)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when (regexp_matches(cast("word" as VARCHAR), '-')) then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where (regexp_matches(cast("word" as VARCHAR), '-')) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when ((cast("word" as text) ~ '-')) then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where ((cast("word" as text) ~ '-'))
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- not_null(word)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when "word" is null then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where "word" is null order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when "word" is null then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where "word" is null
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- not_null_proportion(word: 0.5…0.75)

-- duckdb
select ("day" - date '2024-01-01') as "partition", case when not (cast(count("word") as DOUBLE) / nullif(count(*), 0) >= 0.5 and cast(count("word") as DOUBLE) / nullif(count(*), 0) <= 0.75) then 1 else 0 end as "failures", cast(count("word") as DOUBLE) / nullif(count(*), 0) as "value" from staged as scanned group by 1;
select min("day") as "day", cast(count("word") as DOUBLE) / nullif(count(*), 0) as "share" from staged as judged group by ("day" - date '2024-01-01') having not (cast(count("word") as DOUBLE) / nullif(count(*), 0) >= 0.5 and cast(count("word") as DOUBLE) / nullif(count(*), 0) <= 0.75) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", case when not (cast(count("word") as double precision) / nullif(count(*), 0) >= 0.5 and cast(count("word") as double precision) / nullif(count(*), 0) <= 0.75) then 1 else 0 end as "failures", cast(count("word") as double precision) / nullif(count(*), 0) as "value" from staged as scanned group by 1;
select * from (
select min("day") as "day", cast(count("word") as double precision) / nullif(count(*), 0) as "share" from staged as judged group by ("day" - date '2024-01-01') having not (cast(count("word") as double precision) / nullif(count(*), 0) >= 0.5 and cast(count("word") as double precision) / nullif(count(*), 0) <= 0.75)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- pair_in_set(a, word: (1, x), (2, 인천))

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when ("a" is not null and "word" is not null) and case when ("a" = 1 and "word" = 'x') or ("a" = 2 and "word" = '인천') then false else true end then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where ("a" is not null and "word" is not null) and case when ("a" = 1 and "word" = 'x') or ("a" = 2 and "word" = '인천') then false else true end order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when ("a" is not null and "word" is not null) and case when ("a" = 1 and "word" = 'x') or ("a" = 2 and "word" = '인천') then false else true end then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where ("a" is not null and "word" is not null) and case when ("a" = 1 and "word" = 'x') or ("a" = 2 and "word" = '인천') then false else true end
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- positive(n)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when "n" <= 0 then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where "n" <= 0 order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when "n" <= 0 then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where "n" <= 0
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- quantiles(n: 0.5: 1…2, 1: …9)

-- duckdb
select ("day" - date '2024-01-01') as "partition", case when not (quantile_cont("n", 0.5) >= 1 and quantile_cont("n", 0.5) <= 2) then 1 else 0 end + case when not (quantile_cont("n", 1) <= 9) then 1 else 0 end as "failures" from staged as scanned group by 1;
select min("day") as "day", quantile_cont("n", 0.5) as "quantile 0.5", quantile_cont("n", 1) as "quantile 1" from staged as judged group by ("day" - date '2024-01-01') having not (quantile_cont("n", 0.5) >= 1 and quantile_cont("n", 0.5) <= 2) or not (quantile_cont("n", 1) <= 9) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", case when not (percentile_cont(0.5) within group (order by "n") >= 1 and percentile_cont(0.5) within group (order by "n") <= 2) then 1 else 0 end + case when not (percentile_cont(1) within group (order by "n") <= 9) then 1 else 0 end as "failures" from staged as scanned group by 1;
select * from (
select min("day") as "day", percentile_cont(0.5) within group (order by "n") as "quantile 0.5", percentile_cont(1) within group (order by "n") as "quantile 1" from staged as judged group by ("day" - date '2024-01-01') having not (percentile_cont(0.5) within group (order by "n") >= 1 and percentile_cont(0.5) within group (order by "n") <= 2) or not (percentile_cont(1) within group (order by "n") <= 9)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- recency(seen: within 2 days)

-- duckdb
select 0 as "partition", case when not ((date_diff('minute', cast(max("seen") as timestamp), cast(cast(now() at time zone 'UTC' as timestamp) as timestamp)) / 60.0) <= 48) then 1 else 0 end as "failures", (date_diff('minute', cast(max("seen") as timestamp), cast(cast(now() at time zone 'UTC' as timestamp) as timestamp)) / 60.0) as "value" from (select * from staged union all select * from rest) as scanned;
select (date_diff('minute', cast(max("seen") as timestamp), cast(cast(now() at time zone 'UTC' as timestamp) as timestamp)) / 60.0) as "hours" from (select * from staged union all select * from rest) as judged having not ((date_diff('minute', cast(max("seen") as timestamp), cast(cast(now() at time zone 'UTC' as timestamp) as timestamp)) / 60.0) <= 48) order by all limit 100;

-- postgres
select 0 as "partition", case when not (((cast(floor(extract(epoch from cast((now() at time zone 'UTC') as timestamp)) * 1000000 / 60000000) as bigint) - cast(floor(extract(epoch from cast(max("seen") as timestamp)) * 1000000 / 60000000) as bigint)) / 60.0) <= 48) then 1 else 0 end as "failures", ((cast(floor(extract(epoch from cast((now() at time zone 'UTC') as timestamp)) * 1000000 / 60000000) as bigint) - cast(floor(extract(epoch from cast(max("seen") as timestamp)) * 1000000 / 60000000) as bigint)) / 60.0) as "value" from (select * from staged union all select * from rest) as scanned;
select * from (
select ((cast(floor(extract(epoch from cast((now() at time zone 'UTC') as timestamp)) * 1000000 / 60000000) as bigint) - cast(floor(extract(epoch from cast(max("seen") as timestamp)) * 1000000 / 60000000) as bigint)) / 60.0) as "hours" from (select * from staged union all select * from rest) as judged having not (((cast(floor(extract(epoch from cast((now() at time zone 'UTC') as timestamp)) * 1000000 / 60000000) as bigint) - cast(floor(extract(epoch from cast(max("seen") as timestamp)) * 1000000 / 60000000) as bigint)) / 60.0) <= 48)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- reconcile_sum(n: raw_data.airports.m)

-- duckdb
select 0 as "partition", count(case when case when own_value is null and other_value is null then false when own_value is null or other_value is null then true else not (own_value = other_value) end then 1 end) as "failures", max(own_value - other_value) as "value" from (select max(own_value) as own_value, max(other_value) as other_value from (select sum("n") as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, sum("m") from airports as compared) as both_sides) as pairs;
select own_value as "here", other_value as "there" from (select max(own_value) as own_value, max(other_value) as other_value from (select sum("n") as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, sum("m") from airports as compared) as both_sides) as pairs where case when own_value is null and other_value is null then false when own_value is null or other_value is null then true else not (own_value = other_value) end order by all limit 100;

-- postgres
select 0 as "partition", count(case when case when own_value is null and other_value is null then false when own_value is null or other_value is null then true else not (own_value = other_value) end then 1 end) as "failures", max(own_value - other_value) as "value" from (select max(own_value) as own_value, max(other_value) as other_value from (select sum("n") as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, sum("m") from airports as compared) as both_sides) as pairs;
select * from (
select own_value as "here", other_value as "there" from (select max(own_value) as own_value, max(other_value) as other_value from (select sum("n") as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, sum("m") from airports as compared) as both_sides) as pairs where case when own_value is null and other_value is null then false when own_value is null or other_value is null then true else not (own_value = other_value) end
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- relationships(word: raw_data.airports.faa)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(*) as "failures" from (select * from staged as candidate where "word" is not null) as judged where not exists (select 1 from airports as parent where parent."faa" = judged."word") group by ("day" - date '2024-01-01');
select * from (select * from staged as candidate where "word" is not null) as judged where not exists (select 1 from airports as parent where parent."faa" = judged."word") order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(*) as "failures" from (select * from staged as candidate where "word" is not null) as judged where not exists (select 1 from airports as parent where parent."faa" = judged."word") group by ("day" - date '2024-01-01');
select * from (
select * from (select * from staged as candidate where "word" is not null) as judged where not exists (select 1 from airports as parent where parent."faa" = judged."word")
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- row_count(1…2)

-- duckdb
select ("day" - date '2024-01-01') as "partition", case when not (count(*) >= 1 and count(*) <= 2) then 1 else 0 end as "failures", count(*) as "value" from staged as scanned group by 1;
select min("day") as "day", count(*) as "rows" from staged as judged group by ("day" - date '2024-01-01') having not (count(*) >= 1 and count(*) <= 2) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", case when not (count(*) >= 1 and count(*) <= 2) then 1 else 0 end as "failures", count(*) as "value" from staged as scanned group by 1;
select * from (
select min("day") as "day", count(*) as "rows" from staged as judged group by ("day" - date '2024-01-01') having not (count(*) >= 1 and count(*) <= 2)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- rowcount_factor(2 × raw_data.airports)

-- duckdb
select 0 as "partition", count(case when not (own_value = other_value) then 1 end) as "failures", max(own_value - other_value) as "value" from (select coalesce(max(own_value), 0) as own_value, coalesce(max(other_value), 0) as other_value from (select count(*) as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, count(*) * 2 from airports as compared) as both_sides) as pairs;
select own_value as "here", other_value as "there" from (select coalesce(max(own_value), 0) as own_value, coalesce(max(other_value), 0) as other_value from (select count(*) as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, count(*) * 2 from airports as compared) as both_sides) as pairs where not (own_value = other_value) order by all limit 100;

-- postgres
select 0 as "partition", count(case when not (own_value = other_value) then 1 end) as "failures", max(own_value - other_value) as "value" from (select coalesce(max(own_value), 0) as own_value, coalesce(max(other_value), 0) as other_value from (select count(*) as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, count(*) * 2 from airports as compared) as both_sides) as pairs;
select * from (
select own_value as "here", other_value as "there" from (select coalesce(max(own_value), 0) as own_value, coalesce(max(other_value), 0) as other_value from (select count(*) as own_value, null as other_value from (select * from staged union all select * from rest) as judged union all select null, count(*) * 2 from airports as compared) as both_sides) as pairs where not (own_value = other_value)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- sequential(n: 1)

-- duckdb
select elt_partition as "partition", count(*) as "failures" from (select * from (select *, lag("n") over (partition by ("day" - date '2024-01-01') order by "n") as elt_before, ("day" - date '2024-01-01') as elt_partition from staged as judged where "n" is not null) as ordered where "n" <> elt_before + 1) as failing group by elt_partition;
select * from (select *, lag("n") over (partition by ("day" - date '2024-01-01') order by "n") as elt_before from staged as judged where "n" is not null) as ordered where "n" <> elt_before + 1 order by all limit 100;

-- postgres
select elt_partition as "partition", count(*) as "failures" from (select * from (select *, lag("n") over (partition by ("day" - date '2024-01-01') order by "n") as elt_before, ("day" - date '2024-01-01') as elt_partition from staged as judged where "n" is not null) as ordered where "n" <> elt_before + 1) as failing group by elt_partition;
select * from (
select * from (select *, lag("n") over (partition by ("day" - date '2024-01-01') order by "n") as elt_before from staged as judged where "n" is not null) as ordered where "n" <> elt_before + 1
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- sum_equals(a + b = 10)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when abs("a" + "b" - 10) > 0 then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where abs("a" + "b" - 10) > 0 order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when abs("a" + "b" - 10) > 0 then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where abs("a" + "b" - 10) > 0
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- trimmed(word)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when (regexp_matches(cast("word" as VARCHAR), '^[\s   -     　]') or regexp_matches(cast("word" as VARCHAR), '[\s   -     　]$')) then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where (regexp_matches(cast("word" as VARCHAR), '^[\s   -     　]') or regexp_matches(cast("word" as VARCHAR), '[\s   -     　]$')) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when ((cast("word" as text) ~ '^[\s   -     　]') or (cast("word" as text) ~ '[\s   -     　]$')) then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where ((cast("word" as text) ~ '^[\s   -     　]') or (cast("word" as text) ~ '[\s   -     　]$'))
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- unique(word)

-- duckdb
select own."partition" as "partition", sum(case when everywhere.n > own.n then own.n else own.n - 1 end) as "failures" from (select ("day" - date '2024-01-01') as "partition", "word" as k1, count(*) as n from staged as candidate where "word" is not null group by ("day" - date '2024-01-01'), "word") as own join (select "word" as k1, count(*) as n from (select * from staged union all select * from rest) as candidate where "word" is not null and exists (select 1 from staged as staged where "word" is not null and staged."word" = candidate."word") group by "word" having count(*) > 1) as everywhere on own.k1 = everywhere.k1 group by own."partition";
select "word", count(*) as "rows" from (select * from staged union all select * from rest) as candidate where "word" is not null and exists (select 1 from staged as staged where "word" is not null and staged."word" = candidate."word") group by "word" having count(*) > 1 order by all limit 100;

-- postgres
select own."partition" as "partition", sum(case when everywhere.n > own.n then own.n else own.n - 1 end) as "failures" from (select ("day" - date '2024-01-01') as "partition", "word" as k1, count(*) as n from staged as candidate where "word" is not null group by ("day" - date '2024-01-01'), "word") as own join (select "word" as k1, count(*) as n from (select * from staged union all select * from rest) as candidate where "word" is not null and exists (select 1 from staged as staged where "word" is not null and staged."word" = candidate."word") group by "word" having count(*) > 1) as everywhere on own.k1 = everywhere.k1 group by own."partition";
select * from (
select "word", count(*) as "rows" from (select * from staged union all select * from rest) as candidate where "word" is not null and exists (select 1 from staged as staged where "word" is not null and staged."word" = candidate."word") group by "word" having count(*) > 1
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- unique_key(a, word)

-- duckdb
select own."partition" as "partition", sum(case when everywhere.n > own.n then own.n else own.n - 1 end) as "failures" from (select ("day" - date '2024-01-01') as "partition", "a" as k1, "word" as k2, count(*) as n from staged as candidate group by ("day" - date '2024-01-01'), "a", "word") as own join (select "a" as k1, "word" as k2, count(*) as n from (select * from staged union all select * from rest) as candidate where exists (select 1 from staged as staged where staged."a" is not distinct from candidate."a" and staged."word" is not distinct from candidate."word") group by "a", "word" having count(*) > 1) as everywhere on own.k1 is not distinct from everywhere.k1 and own.k2 is not distinct from everywhere.k2 group by own."partition";
select "a", "word", count(*) as "rows" from (select * from staged union all select * from rest) as candidate where exists (select 1 from staged as staged where staged."a" is not distinct from candidate."a" and staged."word" is not distinct from candidate."word") group by "a", "word" having count(*) > 1 order by all limit 100;

-- postgres
select own."partition" as "partition", sum(case when everywhere.n > own.n then own.n else own.n - 1 end) as "failures" from (select ("day" - date '2024-01-01') as "partition", "a" as k1, "word" as k2, count(*) as n from staged as candidate group by ("day" - date '2024-01-01'), "a", "word") as own join (select "a" as k1, "word" as k2, count(*) as n from (select * from staged union all select * from rest) as candidate where exists (select 1 from staged as staged where hash_record_extended(row(staged."a", staged."word"), 0) = hash_record_extended(row(candidate."a", candidate."word"), 0) and staged."a" is not distinct from candidate."a" and staged."word" is not distinct from candidate."word") group by "a", "word" having count(*) > 1) as everywhere on hash_record_extended(row(own.k1, own.k2), 0) = hash_record_extended(row(everywhere.k1, everywhere.k2), 0) and own.k1 is not distinct from everywhere.k1 and own.k2 is not distinct from everywhere.k2 group by own."partition";
select * from (
select "a", "word", count(*) as "rows" from (select * from staged union all select * from rest) as candidate where exists (select 1 from staged as staged where hash_record_extended(row(staged."a", staged."word"), 0) = hash_record_extended(row(candidate."a", candidate."word"), 0) and staged."a" is not distinct from candidate."a" and staged."word" is not distinct from candidate."word") group by "a", "word" having count(*) > 1
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- unique_proportion(word: 0.75…)

-- duckdb
select ("day" - date '2024-01-01') as "partition", case when not (cast(count(distinct "word") as DOUBLE) / nullif(count("word"), 0) >= 0.75) then 1 else 0 end as "failures", cast(count(distinct "word") as DOUBLE) / nullif(count("word"), 0) as "value" from staged as scanned group by 1;
select min("day") as "day", cast(count(distinct "word") as DOUBLE) / nullif(count("word"), 0) as "share" from staged as judged group by ("day" - date '2024-01-01') having not (cast(count(distinct "word") as DOUBLE) / nullif(count("word"), 0) >= 0.75) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", case when not (cast(count(distinct "word") as double precision) / nullif(count("word"), 0) >= 0.75) then 1 else 0 end as "failures", cast(count(distinct "word") as double precision) / nullif(count("word"), 0) as "value" from staged as scanned group by 1;
select * from (
select min("day") as "day", cast(count(distinct "word") as double precision) / nullif(count("word"), 0) as "share" from staged as judged group by ("day" - date '2024-01-01') having not (cast(count(distinct "word") as double precision) / nullif(count("word"), 0) >= 0.75)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- unique_within_record(a, b)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when ("a" is not null or "b" is not null) and ((case when "a" = "b" then true else "a" is null and "b" is null end)) then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where ("a" is not null or "b" is not null) and ((case when "a" = "b" then true else "a" is null and "b" is null end)) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when ("a" is not null or "b" is not null) and ((case when "a" = "b" then true else "a" is null and "b" is null end)) then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where ("a" is not null or "b" is not null) and ((case when "a" = "b" then true else "a" is null and "b" is null end))
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- within_n_stdevs(n: 1 of sums by word)

-- duckdb
select 0 as "partition", count(*) as "failures" from (select * from (select *, avg(cast("n" as DOUBLE)) over () as elt_mean, stddev_samp(cast("n" as DOUBLE)) over () as elt_deviation from (select "word", sum("n") as "n" from (select * from staged union all select * from rest) as judged where "n" is not null group by "word") as summed) as scored where elt_deviation > 0 and abs(cast("n" as DOUBLE) - elt_mean) > 1 * elt_deviation) as failing;
select * from (select *, avg(cast("n" as DOUBLE)) over () as elt_mean, stddev_samp(cast("n" as DOUBLE)) over () as elt_deviation from (select "word", sum("n") as "n" from (select * from staged union all select * from rest) as judged where "n" is not null group by "word") as summed) as scored where elt_deviation > 0 and abs(cast("n" as DOUBLE) - elt_mean) > 1 * elt_deviation order by all limit 100;

-- postgres
select 0 as "partition", count(*) as "failures" from (select * from (select *, avg(cast("n" as double precision)) over () as elt_mean, stddev_samp(cast("n" as double precision)) over () as elt_deviation from (select "word", sum("n") as "n" from (select * from staged union all select * from rest) as judged where "n" is not null group by "word") as summed) as scored where elt_deviation > 0 and abs(cast("n" as double precision) - elt_mean) > 1 * elt_deviation) as failing;
select * from (
select * from (select *, avg(cast("n" as double precision)) over () as elt_mean, stddev_samp(cast("n" as double precision)) over () as elt_deviation from (select "word", sum("n") as "n" from (select * from staged union all select * from rest) as judged where "n" is not null group by "word") as summed) as scored where elt_deviation > 0 and abs(cast("n" as double precision) - elt_mean) > 1 * elt_deviation
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- within_partition(seen: Asia/Seoul)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when (case when isfinite("seen") then (cast(("seen" at time zone 'Asia/Seoul') as date) - date '1970-01-01') when "seen" > date '1970-01-01' then 2000000000 when "seen" is not null then -2000000000 end) <> (case when isfinite("day") then (cast("day" as date) - date '1970-01-01') when "day" > date '1970-01-01' then 2000000000 when "day" is not null then -2000000000 end) then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where (case when isfinite("seen") then (cast(("seen" at time zone 'Asia/Seoul') as date) - date '1970-01-01') when "seen" > date '1970-01-01' then 2000000000 when "seen" is not null then -2000000000 end) <> (case when isfinite("day") then (cast("day" as date) - date '1970-01-01') when "day" > date '1970-01-01' then 2000000000 when "day" is not null then -2000000000 end) order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when (case when isfinite("seen") then (cast(("seen" at time zone 'Asia/Seoul') as date) - date '1970-01-01') when "seen" > date '1970-01-01' then 2000000000 when "seen" is not null then -2000000000 end) <> (case when isfinite("day") then (cast("day" as date) - date '1970-01-01') when "day" > date '1970-01-01' then 2000000000 when "day" is not null then -2000000000 end) then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where (case when isfinite("seen") then (cast(("seen" at time zone 'Asia/Seoul') as date) - date '1970-01-01') when "seen" > date '1970-01-01' then 2000000000 when "seen" is not null then -2000000000 end) <> (case when isfinite("day") then (cast("day" as date) - date '1970-01-01') when "day" > date '1970-01-01' then 2000000000 when "day" is not null then -2000000000 end)
) as elt_rows order by elt_rows::text collate "C" limit 100;


-- z_score(n: 3)

-- duckdb
select elt_partition as "partition", count(*) as "failures" from (select * from (select *, avg(cast("n" as DOUBLE)) over (partition by ("day" - date '2024-01-01')) as elt_mean, stddev_samp(cast("n" as DOUBLE)) over (partition by ("day" - date '2024-01-01')) as elt_deviation, ("day" - date '2024-01-01') as elt_partition from staged as judged where "n" is not null) as scored where elt_deviation > 0 and abs(cast("n" as DOUBLE) - elt_mean) > 3 * elt_deviation) as failing group by elt_partition;
select * from (select *, avg(cast("n" as DOUBLE)) over (partition by ("day" - date '2024-01-01')) as elt_mean, stddev_samp(cast("n" as DOUBLE)) over (partition by ("day" - date '2024-01-01')) as elt_deviation from staged as judged where "n" is not null) as scored where elt_deviation > 0 and abs(cast("n" as DOUBLE) - elt_mean) > 3 * elt_deviation order by all limit 100;

-- postgres
select elt_partition as "partition", count(*) as "failures" from (select * from (select *, avg(cast("n" as double precision)) over (partition by ("day" - date '2024-01-01')) as elt_mean, stddev_samp(cast("n" as double precision)) over (partition by ("day" - date '2024-01-01')) as elt_deviation, ("day" - date '2024-01-01') as elt_partition from staged as judged where "n" is not null) as scored where elt_deviation > 0 and abs(cast("n" as double precision) - elt_mean) > 3 * elt_deviation) as failing group by elt_partition;
select * from (
select * from (select *, avg(cast("n" as double precision)) over (partition by ("day" - date '2024-01-01')) as elt_mean, stddev_samp(cast("n" as double precision)) over (partition by ("day" - date '2024-01-01')) as elt_deviation from staged as judged where "n" is not null) as scored where elt_deviation > 0 and abs(cast("n" as double precision) - elt_mean) > 3 * elt_deviation
) as elt_rows order by elt_rows::text collate "C" limit 100;

