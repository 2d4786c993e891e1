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


-- complete_partitions

-- duckdb
select 0 as "partition", coalesce(sum(next - this - 1), 0) as "failures" from (select this, latest, lead(this) over (order by this) as next, lead(earliest) over (order by this) as next_earliest from (select ("day" - date '2024-01-01') as this, min("day") as earliest, max("day") as latest from (select * from staged union all select * from rest) as judged group by ("day" - date '2024-01-01')) as grouped) as neighbours where next > this + 1;
select latest as "after", next_earliest as "before", next - this - 1 as "missing" from (select this, latest, lead(this) over (order by this) as next, lead(earliest) over (order by this) as next_earliest from (select ("day" - date '2024-01-01') as this, min("day") as earliest, max("day") as latest from (select * from staged union all select * from rest) as judged group by ("day" - date '2024-01-01')) as grouped) as neighbours where next > this + 1 order by all limit 100;

-- postgres
select 0 as "partition", coalesce(sum(next - this - 1), 0) as "failures" from (select this, latest, lead(this) over (order by this) as next, lead(earliest) over (order by this) as next_earliest from (select ("day" - date '2024-01-01') as this, min("day") as earliest, max("day") as latest from (select * from staged union all select * from rest) as judged group by ("day" - date '2024-01-01')) as grouped) as neighbours where next > this + 1;
select * from (
select latest as "after", next_earliest as "before", next - this - 1 as "missing" from (select this, latest, lead(this) over (order by this) as next, lead(earliest) over (order by this) as next_earliest from (select ("day" - date '2024-01-01') as this, min("day") as earliest, max("day") as latest from (select * from staged union all select * from rest) as judged group by ("day" - date '2024-01-01')) as grouped) as neighbours where next > this + 1
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


-- not_accepted_values(word: , 없음)

-- duckdb
select ("day" - date '2024-01-01') as "partition", count(case when "word" in ('', '없음') then 1 end) as "failures" from staged as scanned group by 1;
select * from staged as judged where "word" in ('', '없음') order by all limit 100;

-- postgres
select ("day" - date '2024-01-01') as "partition", count(case when "word" in ('', '없음') then 1 end) as "failures" from staged as scanned group by 1;
select * from (
select * from staged as judged where "word" in ('', '없음')
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

