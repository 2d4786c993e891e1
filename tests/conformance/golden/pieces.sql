-- duckdb: tables are kept whole

-- postgres
create table "analytics"."orders" (
  "d""ay" date,
  "n" integer
) partition by range ("d""ay");
do 'begin
if not exists (select from pg_catalog.pg_inherits where inhparent = ''"analytics"."orders"''::regclass and inhrelid = pg_catalog.to_regclass(''"analytics"."orders__2024_01"'')) then
  begin
    create table "analytics"."orders__2024_01" (like "analytics"."orders" including defaults including constraints including generated including storage including compression);
    alter table "analytics"."orders" attach partition "analytics"."orders__2024_01" for values from (date ''2024-01-01'') to (date ''2024-02-01'');
  exception when invalid_object_definition or check_violation then
    if not exists (select from pg_catalog.pg_inherits where inhparent = ''"analytics"."orders"''::regclass and inhrelid = pg_catalog.to_regclass(''"analytics"."orders__2024_01_05"'')) then
  begin
    create table "analytics"."orders__2024_01_05" (like "analytics"."orders" including defaults including constraints including generated including storage including compression);
    alter table "analytics"."orders" attach partition "analytics"."orders__2024_01_05" for values from (date ''2024-01-05'') to (date ''2024-01-06'');
  exception when invalid_object_definition or check_violation then
    null;
  end;
end if;
  end;
end if;
end';
