-- a record with a new field and a wider one (duckdb)
-- append:
alter table "analytics"."orders" alter column "it" set data type STRUCT(city VARCHAR, zip BIGINT, "the ""land""" VARCHAR);
-- sync:
alter table "analytics"."orders" alter column "it" set data type STRUCT(city VARCHAR, zip BIGINT, "the ""land""" VARCHAR);
-- ignore: refused: it.zip (INTEGER to BIGINT)
-- rebuild: made anew

-- a record with a new field and a wider one (postgres)
-- append:
alter table "analytics"."orders"
  alter column "it" type kinds.place_2 using case when "it" is distinct from null then cast(row(("it")."city", cast(("it")."zip" as bigint), null) as kinds.place_2) end;
-- sync:
alter table "analytics"."orders"
  alter column "it" type kinds.place_2 using case when "it" is distinct from null then cast(row(("it")."city", cast(("it")."zip" as bigint), null) as kinds.place_2) end;
-- ignore: refused: it.zip (integer to bigint)
-- rebuild:
alter table "analytics"."orders"
  alter column "it" type kinds.place_2 using cast(null as kinds.place_2);

-- a list of records (duckdb)
-- append:
alter table "analytics"."orders" alter column "it" set data type STRUCT(city VARCHAR, zip BIGINT, "the ""land""" VARCHAR)[];
-- sync:
alter table "analytics"."orders" alter column "it" set data type STRUCT(city VARCHAR, zip BIGINT, "the ""land""" VARCHAR)[];
-- ignore: refused: it.zip (INTEGER to BIGINT)
-- rebuild: made anew

-- a list of records (postgres)
-- append:
create function pg_temp.elt_convert_0(kinds.place[]) returns kinds.place_2[] language sql immutable as 'select case when array_ndims($1) > 1 then cast(cast($1 as text) || '' has several dimensions'' as kinds.place_2[]) when $1 is not null then coalesce(cast((select array_agg(case when ($1)[elt_place_1.elt_place_1] is distinct from null then cast(row((($1)[elt_place_1.elt_place_1])."city", cast((($1)[elt_place_1.elt_place_1])."zip" as bigint), null) as kinds.place_2) end order by elt_place_1.elt_place_1) from generate_subscripts($1, 1) as elt_place_1(elt_place_1)) as kinds.place_2[]), ''{}'') end';
alter table "analytics"."orders"
  alter column "it" type kinds.place_2[] using pg_temp.elt_convert_0("it");
drop function pg_temp.elt_convert_0(kinds.place[]);
-- sync:
create function pg_temp.elt_convert_0(kinds.place[]) returns kinds.place_2[] language sql immutable as 'select case when array_ndims($1) > 1 then cast(cast($1 as text) || '' has several dimensions'' as kinds.place_2[]) when $1 is not null then coalesce(cast((select array_agg(case when ($1)[elt_place_1.elt_place_1] is distinct from null then cast(row((($1)[elt_place_1.elt_place_1])."city", cast((($1)[elt_place_1.elt_place_1])."zip" as bigint), null) as kinds.place_2) end order by elt_place_1.elt_place_1) from generate_subscripts($1, 1) as elt_place_1(elt_place_1)) as kinds.place_2[]), ''{}'') end';
alter table "analytics"."orders"
  alter column "it" type kinds.place_2[] using pg_temp.elt_convert_0("it");
drop function pg_temp.elt_convert_0(kinds.place[]);
-- ignore: refused: it.zip (integer to bigint)
-- rebuild:
alter table "analytics"."orders"
  alter column "it" type kinds.place_2[] using cast(null as kinds.place_2[]);

-- a record in a record (duckdb)
-- append:
alter table "analytics"."orders" alter column "it" set data type STRUCT(name VARCHAR, home STRUCT(city VARCHAR, zip BIGINT, "the ""land""" VARCHAR));
-- sync:
alter table "analytics"."orders" alter column "it" set data type STRUCT(name VARCHAR, home STRUCT(city VARCHAR, zip BIGINT, "the ""land""" VARCHAR));
-- ignore: refused: it.home.zip (INTEGER to BIGINT)
-- rebuild: made anew

-- a record in a record (postgres)
-- append:
alter table "analytics"."orders"
  alter column "it" type kinds.person_2 using case when "it" is distinct from null then cast(row(("it")."name", case when ("it")."home" is distinct from null then cast(row((("it")."home")."city", cast((("it")."home")."zip" as bigint), null) as kinds.place_2) end) as kinds.person_2) end;
-- sync:
alter table "analytics"."orders"
  alter column "it" type kinds.person_2 using case when "it" is distinct from null then cast(row(("it")."name", case when ("it")."home" is distinct from null then cast(row((("it")."home")."city", cast((("it")."home")."zip" as bigint), null) as kinds.place_2) end) as kinds.person_2) end;
-- ignore: refused: it.home.zip (integer to bigint)
-- rebuild:
alter table "analytics"."orders"
  alter column "it" type kinds.person_2 using cast(null as kinds.person_2);

-- a record with a field less (duckdb)
-- append: nothing
-- rows: cast("it" as STRUCT(city VARCHAR, zip BIGINT, "the ""land""" VARCHAR))
-- sync:
-- rows: cast("it" as STRUCT(city VARCHAR, zip BIGINT))
alter table "analytics"."orders" alter column "it" set data type STRUCT(city VARCHAR, zip BIGINT);
-- ignore: nothing
-- rows: cast("it" as STRUCT(city VARCHAR, zip BIGINT, "the ""land""" VARCHAR))
-- rebuild: made anew

-- a record with a field less (postgres)
-- append: nothing
-- rows: case when "it" is distinct from null then cast(row(("it")."city", cast(("it")."zip" as bigint), null) as kinds.place_2) end
-- sync: refused: it (kinds.place_2 to kinds.place)
-- ignore: nothing
-- rows: case when "it" is distinct from null then cast(row(("it")."city", cast(("it")."zip" as bigint), null) as kinds.place_2) end
-- rebuild:
alter table "analytics"."orders"
  alter column "it" type kinds.place using cast(null as kinds.place);
