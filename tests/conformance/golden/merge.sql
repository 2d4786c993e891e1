-- merge: one range

-- duckdb
merge into "shop"."shipments" as t using (select "day", "order", "line", "weight ""kg""" from "temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05') as s on t."order" = s."order" and t."line" = s."line" and (t."day" >= date '2024-01-03' and t."day" < date '2024-01-05')
when matched and (t."day" is distinct from s."day" or t."weight ""kg""" is distinct from s."weight ""kg""") then update set "day" = s."day", "weight ""kg""" = s."weight ""kg"""
when not matched then insert ("day", "order", "line", "weight ""kg""") values (s."day", s."order", s."line", s."weight ""kg""");

-- postgres
update "shop"."shipments" as t set "day" = s."day", "weight ""kg""" = s."weight ""kg""" from (select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05') as s where t."order" = s."order" and t."line" = s."line" and (t."day" >= date '2024-01-03' and t."day" < date '2024-01-05') and record_image_ne(row(t."day", t."weight ""kg"""), row(s."day", s."weight ""kg"""));
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select s."day", s."order", s."line", s."weight ""kg""" from (select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05') as s where not exists (select from "shop"."shipments" as t where t."order" = s."order" and t."line" = s."line" and (t."day" >= date '2024-01-03' and t."day" < date '2024-01-05'));


-- merge: two ranges

-- duckdb
merge into "shop"."shipments" as t using (select "day", "order", "line", "weight ""kg""" from "temp"."staged" where ("day" >= date '2024-01-03' and "day" < date '2024-01-05') or ("day" >= date '2024-01-07' and "day" < date '2024-01-08')) as s on t."order" = s."order" and t."line" = s."line" and ((t."day" >= date '2024-01-03' and t."day" < date '2024-01-05') or (t."day" >= date '2024-01-07' and t."day" < date '2024-01-08'))
when matched and (t."day" is distinct from s."day" or t."weight ""kg""" is distinct from s."weight ""kg""") then update set "day" = s."day", "weight ""kg""" = s."weight ""kg"""
when not matched then insert ("day", "order", "line", "weight ""kg""") values (s."day", s."order", s."line", s."weight ""kg""");

-- postgres
update "shop"."shipments" as t set "day" = s."day", "weight ""kg""" = s."weight ""kg""" from (select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged" where ("day" >= date '2024-01-03' and "day" < date '2024-01-05') or ("day" >= date '2024-01-07' and "day" < date '2024-01-08')) as s where t."order" = s."order" and t."line" = s."line" and ((t."day" >= date '2024-01-03' and t."day" < date '2024-01-05') or (t."day" >= date '2024-01-07' and t."day" < date '2024-01-08')) and record_image_ne(row(t."day", t."weight ""kg"""), row(s."day", s."weight ""kg"""));
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select s."day", s."order", s."line", s."weight ""kg""" from (select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged" where ("day" >= date '2024-01-03' and "day" < date '2024-01-05') or ("day" >= date '2024-01-07' and "day" < date '2024-01-08')) as s where not exists (select from "shop"."shipments" as t where t."order" = s."order" and t."line" = s."line" and ((t."day" >= date '2024-01-03' and t."day" < date '2024-01-05') or (t."day" >= date '2024-01-07' and t."day" < date '2024-01-08')));


-- merge: a target without rows there

-- duckdb
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select "day", "order", "line", "weight ""kg""" from "temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05';

-- postgres
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05';


-- merge: the whole relation

-- duckdb
merge into "shop"."shipments" as t using (select "day", "order", "line", "weight ""kg""" from "temp"."staged") as s on t."order" = s."order" and t."line" = s."line"
when matched and (t."day" is distinct from s."day" or t."weight ""kg""" is distinct from s."weight ""kg""") then update set "day" = s."day", "weight ""kg""" = s."weight ""kg"""
when not matched then insert ("day", "order", "line", "weight ""kg""") values (s."day", s."order", s."line", s."weight ""kg""");

-- postgres
update "shop"."shipments" as t set "day" = s."day", "weight ""kg""" = s."weight ""kg""" from (select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged") as s where t."order" = s."order" and t."line" = s."line" and record_image_ne(row(t."day", t."weight ""kg"""), row(s."day", s."weight ""kg"""));
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select s."day", s."order", s."line", s."weight ""kg""" from (select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged") as s where not exists (select from "shop"."shipments" as t where t."order" = s."order" and t."line" = s."line");


-- merge: the whole relation, delete_missing

-- duckdb
merge into "shop"."shipments" as t using (select "day", "order", "line", "weight ""kg""" from "temp"."staged") as s on t."order" = s."order" and t."line" = s."line"
when matched and (t."day" is distinct from s."day" or t."weight ""kg""" is distinct from s."weight ""kg""") then update set "day" = s."day", "weight ""kg""" = s."weight ""kg"""
when not matched then insert ("day", "order", "line", "weight ""kg""") values (s."day", s."order", s."line", s."weight ""kg""")
when not matched by source then delete;

-- postgres
delete from "shop"."shipments" as t where not exists (select from (select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged") as s where t."order" = s."order" and t."line" = s."line");
update "shop"."shipments" as t set "day" = s."day", "weight ""kg""" = s."weight ""kg""" from (select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged") as s where t."order" = s."order" and t."line" = s."line" and record_image_ne(row(t."day", t."weight ""kg"""), row(s."day", s."weight ""kg"""));
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select s."day", s."order", s."line", s."weight ""kg""" from (select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged") as s where not exists (select from "shop"."shipments" as t where t."order" = s."order" and t."line" = s."line");


-- merge: one range, delete_missing

-- duckdb
merge into "shop"."shipments" as t using (select "day", "order", "line", "weight ""kg""" from "temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05') as s on t."order" = s."order" and t."line" = s."line" and (t."day" >= date '2024-01-03' and t."day" < date '2024-01-05')
when matched and (t."day" is distinct from s."day" or t."weight ""kg""" is distinct from s."weight ""kg""") then update set "day" = s."day", "weight ""kg""" = s."weight ""kg"""
when not matched then insert ("day", "order", "line", "weight ""kg""") values (s."day", s."order", s."line", s."weight ""kg""")
when not matched by source and (t."day" >= date '2024-01-03' and t."day" < date '2024-01-05') then delete;

-- postgres
delete from "shop"."shipments" as t where (t."day" >= date '2024-01-03' and t."day" < date '2024-01-05') and not exists (select from (select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05') as s where t."order" = s."order" and t."line" = s."line");
update "shop"."shipments" as t set "day" = s."day", "weight ""kg""" = s."weight ""kg""" from (select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05') as s where t."order" = s."order" and t."line" = s."line" and (t."day" >= date '2024-01-03' and t."day" < date '2024-01-05') and record_image_ne(row(t."day", t."weight ""kg"""), row(s."day", s."weight ""kg"""));
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select s."day", s."order", s."line", s."weight ""kg""" from (select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05') as s where not exists (select from "shop"."shipments" as t where t."order" = s."order" and t."line" = s."line" and (t."day" >= date '2024-01-03' and t."day" < date '2024-01-05'));


-- merge: one range, moves

-- duckdb
merge into "shop"."shipments" as t using (select "day", "order", "line", "weight ""kg""" from "temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05') as s on t."order" = s."order" and t."line" = s."line"
when matched and (t."day" is distinct from s."day" or t."weight ""kg""" is distinct from s."weight ""kg""") then update set "day" = s."day", "weight ""kg""" = s."weight ""kg"""
when not matched then insert ("day", "order", "line", "weight ""kg""") values (s."day", s."order", s."line", s."weight ""kg""");

-- postgres
update "shop"."shipments" as t set "day" = s."day", "weight ""kg""" = s."weight ""kg""" from (select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05') as s where t."order" = s."order" and t."line" = s."line" and record_image_ne(row(t."day", t."weight ""kg"""), row(s."day", s."weight ""kg"""));
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select s."day", s."order", s."line", s."weight ""kg""" from (select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05') as s where not exists (select from "shop"."shipments" as t where t."order" = s."order" and t."line" = s."line");


-- merge: one range, moves and delete_missing

-- duckdb
merge into "shop"."shipments" as t using (select "day", "order", "line", "weight ""kg""" from "temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05') as s on t."order" = s."order" and t."line" = s."line"
when matched and (t."day" is distinct from s."day" or t."weight ""kg""" is distinct from s."weight ""kg""") then update set "day" = s."day", "weight ""kg""" = s."weight ""kg"""
when not matched then insert ("day", "order", "line", "weight ""kg""") values (s."day", s."order", s."line", s."weight ""kg""")
when not matched by source and (t."day" >= date '2024-01-03' and t."day" < date '2024-01-05') then delete;

-- postgres
delete from "shop"."shipments" as t where (t."day" >= date '2024-01-03' and t."day" < date '2024-01-05') and not exists (select from (select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05') as s where t."order" = s."order" and t."line" = s."line");
update "shop"."shipments" as t set "day" = s."day", "weight ""kg""" = s."weight ""kg""" from (select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05') as s where t."order" = s."order" and t."line" = s."line" and record_image_ne(row(t."day", t."weight ""kg"""), row(s."day", s."weight ""kg"""));
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select s."day", s."order", s."line", s."weight ""kg""" from (select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05') as s where not exists (select from "shop"."shipments" as t where t."order" = s."order" and t."line" = s."line");


-- merge: nothing but keys

-- duckdb
merge into "shop"."shipments" as t using (select "order", "line" from "temp"."staged") as s on t."order" = s."order" and t."line" = s."line"
when not matched then insert ("order", "line") values (s."order", s."line");

-- postgres
insert into "shop"."shipments" ("order", "line") select s."order", s."line" from (select "order", "line" from "pg_temp"."staged") as s where not exists (select from "shop"."shipments" as t where t."order" = s."order" and t."line" = s."line");
