-- append: one range

-- duckdb
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select "day", "order", "line", "weight ""kg""" from "temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05';

-- postgres
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05';


-- append: two ranges

-- duckdb
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select "day", "order", "line", "weight ""kg""" from "temp"."staged" where ("day" >= date '2024-01-03' and "day" < date '2024-01-05') or ("day" >= date '2024-01-07' and "day" < date '2024-01-08');

-- postgres
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged" where ("day" >= date '2024-01-03' and "day" < date '2024-01-05') or ("day" >= date '2024-01-07' and "day" < date '2024-01-08');


-- append: a target without rows there

-- duckdb
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select "day", "order", "line", "weight ""kg""" from "temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05';

-- postgres
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged" where "day" >= date '2024-01-03' and "day" < date '2024-01-05';


-- append: the whole relation

-- duckdb
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select "day", "order", "line", "weight ""kg""" from "temp"."staged";

-- postgres
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged";
