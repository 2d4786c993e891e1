-- table: the whole relation

-- duckdb
delete from "shop"."shipments";
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select "day", "order", "line", "weight ""kg""" from "temp"."staged";

-- postgres
delete from "shop"."shipments";
insert into "shop"."shipments" ("day", "order", "line", "weight ""kg""") select "day", "order", "line", "weight ""kg""" from "pg_temp"."staged";
