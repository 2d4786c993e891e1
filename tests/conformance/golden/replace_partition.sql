-- replace_partition: one range

-- duckdb
delete from "shop"."shipments" where "day" >= date '2024-01-03' and "day" < date '2024-01-05';
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select "day", "order", "line", "weight ""kg""" from "temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05';

-- postgres
delete from "shop"."shipments" where "day" >= date '2024-01-03' and "day" < date '2024-01-05';
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05';


-- replace_partition: two ranges

-- duckdb
delete from "shop"."shipments" where ("day" >= date '2024-01-03' and "day" < date '2024-01-05') or ("day" >= date '2024-01-07' and "day" < date '2024-01-08');
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select "day", "order", "line", "weight ""kg""" from "temp"."staged" where ("day" >= date '2024-01-03' and "day" < date '2024-01-05') or ("day" >= date '2024-01-07' and "day" < date '2024-01-08');

-- postgres
delete from "shop"."shipments" where ("day" >= date '2024-01-03' and "day" < date '2024-01-05') or ("day" >= date '2024-01-07' and "day" < date '2024-01-08');
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged" where ("day" >= date '2024-01-03' and "day" < date '2024-01-05') or ("day" >= date '2024-01-07' and "day" < date '2024-01-08');


-- replace_partition: a target without rows there

-- duckdb
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select "day", "order", "line", "weight ""kg""" from "temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05';

-- postgres
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05';
