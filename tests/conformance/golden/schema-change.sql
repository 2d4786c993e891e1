-- a new column (duckdb)
-- append:
alter table "analytics"."orders" add column "more ""of"" it" VARCHAR;
-- sync:
alter table "analytics"."orders" add column "more ""of"" it" VARCHAR;
-- ignore: nothing
-- rebuild: made anew

-- a new column (postgres)
-- append:
alter table "analytics"."orders"
  add column "more ""of"" it" text;
-- sync:
alter table "analytics"."orders"
  add column "more ""of"" it" text;
-- ignore: nothing
-- rebuild:
alter table "analytics"."orders"
  add column "more ""of"" it" text;

-- a column less (duckdb)
-- append: nothing
-- sync:
alter table "analytics"."orders" drop column "more";
-- ignore: nothing
-- rebuild: made anew

-- a column less (postgres)
-- append: nothing
-- sync:
alter table "analytics"."orders"
  drop column "more";
-- ignore: nothing
-- rebuild:
alter table "analytics"."orders"
  drop column "more";

-- wider types (duckdb)
-- append:
alter table "analytics"."orders" alter column "id" set data type BIGINT;
alter table "analytics"."orders" alter column "price" set data type DECIMAL(12,4);
-- sync:
alter table "analytics"."orders" alter column "id" set data type BIGINT;
alter table "analytics"."orders" alter column "price" set data type DECIMAL(12,4);
-- ignore: refused: id (INTEGER to BIGINT), price (DECIMAL(8,2) to DECIMAL(12,4))
-- rebuild: made anew

-- wider types (postgres)
-- append:
alter table "analytics"."orders"
  alter column "id" type bigint,
  alter column "price" type numeric(12,4);
-- sync:
alter table "analytics"."orders"
  alter column "id" type bigint,
  alter column "price" type numeric(12,4);
-- ignore: refused: id (integer to bigint), price (numeric(8,2) to numeric(12,4))
-- rebuild:
alter table "analytics"."orders"
  alter column "id" type bigint using cast(null as bigint),
  alter column "price" type numeric(12,4) using cast(null as numeric(12,4));

-- a narrower type, which the table holds (duckdb)
-- append: nothing
-- sync: nothing
-- ignore: nothing
-- rebuild: made anew

-- a narrower type, which the table holds (postgres)
-- append: nothing
-- sync: nothing
-- ignore: nothing
-- rebuild:
alter table "analytics"."orders"
  alter column "id" type integer using cast(null as integer);

-- another type (duckdb)
-- append: refused: id (VARCHAR to INTEGER), other (INTEGER to VARCHAR)
-- sync: refused: id (VARCHAR to INTEGER), other (INTEGER to VARCHAR)
-- ignore: refused: id (VARCHAR to INTEGER), other (INTEGER to VARCHAR)
-- rebuild: made anew

-- another type (postgres)
-- append: refused: id (text to integer), other (integer to text)
-- sync: refused: id (text to integer), other (integer to text)
-- ignore: refused: id (text to integer), other (integer to text)
-- rebuild:
alter table "analytics"."orders"
  alter column "id" type integer using cast(null as integer),
  alter column "other" type text using cast(null as text);
