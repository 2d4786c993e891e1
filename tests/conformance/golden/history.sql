-- history: rows that say when they changed

-- duckdb
insert into "shop"."shipments" ("order", "line", "weight ""kg""", "since", "until") select s."order", s."line", s."weight ""kg""", case when greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end)) is null or s."since" > greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end)) then s."since" else greatest(date '2024-01-09', greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end))) end, s."until" from "temp"."staged" as s
left join "shop"."shipments" as t on t."order" = s."order" and t."line" = s."line" and t."until" is null
left join (select "order", "line", max("until") as elt_end from "shop"."shipments" group by "order", "line") as p on p."order" = s."order" and p."line" = s."line"
where t."since" is null or (s."since" > t."since");
update "shop"."shipments" as t set "until" = n.elt_begin from (select "order", "line", max("since") as elt_begin from "shop"."shipments" where "until" is null group by "order", "line" having count(*) > 1) as n where t."order" = n."order" and t."line" = n."line" and t."until" is null and t."since" < n.elt_begin;

-- postgres
insert into "shop"."shipments" ("order", "line", "weight ""kg""", "since", "until") select s."order", s."line", s."weight ""kg""", case when greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end)) is null or s."since" > greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end)) then s."since" else greatest(date '2024-01-09', greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end))) end, s."until" from "pg_temp"."staged" as s
left join "shop"."shipments" as t on t."order" = s."order" and t."line" = s."line" and t."until" is null
left join (select "order", "line", max("until") as elt_end from "shop"."shipments" group by "order", "line") as p on p."order" = s."order" and p."line" = s."line"
where t."since" is null or (s."since" > t."since");
update "shop"."shipments" as t set "until" = n.elt_begin from (select "order", "line", max("since") as elt_begin from "shop"."shipments" where "until" is null group by "order", "line" having count(*) > 1) as n where t."order" = n."order" and t."line" = n."line" and t."until" is null and t."since" < n.elt_begin;


-- history: rows that are compared

-- duckdb
delete from "shop"."shipments" as t using "temp"."staged" as s where t."order" = s."order" and t."line" = s."line" and t."until" is null and t."since" >= s."since" and t."since" >= date '2024-01-09' and (t."weight ""kg""" is distinct from s."weight ""kg""");
insert into "shop"."shipments" ("order", "line", "weight ""kg""", "since", "until") select s."order", s."line", s."weight ""kg""", case when greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end)) is null or s."since" > greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end)) then s."since" else greatest(date '2024-01-09', greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end))) end, s."until" from "temp"."staged" as s
left join "shop"."shipments" as t on t."order" = s."order" and t."line" = s."line" and t."until" is null
left join (select "order", "line", max("until") as elt_end from "shop"."shipments" group by "order", "line") as p on p."order" = s."order" and p."line" = s."line"
where t."since" is null or (t."weight ""kg""" is distinct from s."weight ""kg""");
update "shop"."shipments" as t set "until" = n.elt_begin from (select "order", "line", max("since") as elt_begin from "shop"."shipments" where "until" is null group by "order", "line" having count(*) > 1) as n where t."order" = n."order" and t."line" = n."line" and t."until" is null and t."since" < n.elt_begin;

-- postgres
delete from "shop"."shipments" as t using "pg_temp"."staged" as s where t."order" = s."order" and t."line" = s."line" and t."until" is null and t."since" >= s."since" and t."since" >= date '2024-01-09' and (record_image_ne(row(t."weight ""kg"""), row(s."weight ""kg""")));
insert into "shop"."shipments" ("order", "line", "weight ""kg""", "since", "until") select s."order", s."line", s."weight ""kg""", case when greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end)) is null or s."since" > greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end)) then s."since" else greatest(date '2024-01-09', greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end))) end, s."until" from "pg_temp"."staged" as s
left join "shop"."shipments" as t on t."order" = s."order" and t."line" = s."line" and t."until" is null
left join (select "order", "line", max("until") as elt_end from "shop"."shipments" group by "order", "line") as p on p."order" = s."order" and p."line" = s."line"
where t."since" is null or (record_image_ne(row(t."weight ""kg"""), row(s."weight ""kg""")));
update "shop"."shipments" as t set "until" = n.elt_begin from (select "order", "line", max("since") as elt_begin from "shop"."shipments" where "until" is null group by "order", "line" having count(*) > 1) as n where t."order" = n."order" and t."line" = n."line" and t."until" is null and t."since" < n.elt_begin;


-- history: rows that say when they changed, and end

-- duckdb
delete from "shop"."shipments" as t where t."until" is null and not exists (select 1 from "temp"."staged" as s where s."order" = t."order" and s."line" = t."line") and t."since" >= date '2024-01-09';
update "shop"."shipments" as t set "until" = date '2024-01-09' where t."until" is null and not exists (select 1 from "temp"."staged" as s where s."order" = t."order" and s."line" = t."line");
insert into "shop"."shipments" ("order", "line", "weight ""kg""", "since", "until") select s."order", s."line", s."weight ""kg""", case when greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end)) is null or s."since" > greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end)) then s."since" else greatest(date '2024-01-09', greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end))) end, s."until" from "temp"."staged" as s
left join "shop"."shipments" as t on t."order" = s."order" and t."line" = s."line" and t."until" is null
left join (select "order", "line", max("until") as elt_end from "shop"."shipments" group by "order", "line") as p on p."order" = s."order" and p."line" = s."line"
where t."since" is null or (s."since" > t."since");
update "shop"."shipments" as t set "until" = n.elt_begin from (select "order", "line", max("since") as elt_begin from "shop"."shipments" where "until" is null group by "order", "line" having count(*) > 1) as n where t."order" = n."order" and t."line" = n."line" and t."until" is null and t."since" < n.elt_begin;

-- postgres
delete from "shop"."shipments" as t where t."until" is null and not exists (select 1 from "pg_temp"."staged" as s where s."order" = t."order" and s."line" = t."line") and t."since" >= date '2024-01-09';
update "shop"."shipments" as t set "until" = date '2024-01-09' where t."until" is null and not exists (select 1 from "pg_temp"."staged" as s where s."order" = t."order" and s."line" = t."line");
insert into "shop"."shipments" ("order", "line", "weight ""kg""", "since", "until") select s."order", s."line", s."weight ""kg""", case when greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end)) is null or s."since" > greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end)) then s."since" else greatest(date '2024-01-09', greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end))) end, s."until" from "pg_temp"."staged" as s
left join "shop"."shipments" as t on t."order" = s."order" and t."line" = s."line" and t."until" is null
left join (select "order", "line", max("until") as elt_end from "shop"."shipments" group by "order", "line") as p on p."order" = s."order" and p."line" = s."line"
where t."since" is null or (s."since" > t."since");
update "shop"."shipments" as t set "until" = n.elt_begin from (select "order", "line", max("since") as elt_begin from "shop"."shipments" where "until" is null group by "order", "line" having count(*) > 1) as n where t."order" = n."order" and t."line" = n."line" and t."until" is null and t."since" < n.elt_begin;


-- history: rows that are compared, with a version for those that are gone

-- duckdb
delete from "shop"."shipments" as t using "temp"."staged" as s where t."order" = s."order" and t."line" = s."line" and t."until" is null and t."since" >= s."since" and t."since" >= date '2024-01-09' and (t."gone" or t."weight ""kg""" is distinct from s."weight ""kg""");
update "shop"."shipments" as t set "gone" = true where t."until" is null and not exists (select 1 from "temp"."staged" as s where s."order" = t."order" and s."line" = t."line") and not t."gone" and t."since" >= date '2024-01-09';
insert into "shop"."shipments" ("order", "line", "weight ""kg""", "since", "until", "gone") select t."order", t."line", t."weight ""kg""", date '2024-01-09', t."until", true from "shop"."shipments" as t where t."until" is null and not exists (select 1 from "temp"."staged" as s where s."order" = t."order" and s."line" = t."line") and not t."gone";
insert into "shop"."shipments" ("order", "line", "weight ""kg""", "since", "until", "gone") select s."order", s."line", s."weight ""kg""", case when greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end)) is null or s."since" > greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end)) then s."since" else greatest(date '2024-01-09', greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end))) end, s."until", s."gone" from "temp"."staged" as s
left join "shop"."shipments" as t on t."order" = s."order" and t."line" = s."line" and t."until" is null
left join (select "order", "line", max("until") as elt_end from "shop"."shipments" group by "order", "line") as p on p."order" = s."order" and p."line" = s."line"
where t."since" is null or (t."gone" or t."weight ""kg""" is distinct from s."weight ""kg""");
update "shop"."shipments" as t set "until" = n.elt_begin from (select "order", "line", max("since") as elt_begin from "shop"."shipments" where "until" is null group by "order", "line" having count(*) > 1) as n where t."order" = n."order" and t."line" = n."line" and t."until" is null and t."since" < n.elt_begin;

-- postgres
delete from "shop"."shipments" as t using "pg_temp"."staged" as s where t."order" = s."order" and t."line" = s."line" and t."until" is null and t."since" >= s."since" and t."since" >= date '2024-01-09' and (t."gone" or record_image_ne(row(t."weight ""kg"""), row(s."weight ""kg""")));
update "shop"."shipments" as t set "gone" = true where t."until" is null and not exists (select 1 from "pg_temp"."staged" as s where s."order" = t."order" and s."line" = t."line") and not t."gone" and t."since" >= date '2024-01-09';
insert into "shop"."shipments" ("order", "line", "weight ""kg""", "since", "until", "gone") select t."order", t."line", t."weight ""kg""", date '2024-01-09', t."until", true from "shop"."shipments" as t where t."until" is null and not exists (select 1 from "pg_temp"."staged" as s where s."order" = t."order" and s."line" = t."line") and not t."gone";
insert into "shop"."shipments" ("order", "line", "weight ""kg""", "since", "until", "gone") select s."order", s."line", s."weight ""kg""", case when greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end)) is null or s."since" > greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end)) then s."since" else greatest(date '2024-01-09', greatest(coalesce(p.elt_end, t."since"), coalesce(t."since", p.elt_end))) end, s."until", s."gone" from "pg_temp"."staged" as s
left join "shop"."shipments" as t on t."order" = s."order" and t."line" = s."line" and t."until" is null
left join (select "order", "line", max("until") as elt_end from "shop"."shipments" group by "order", "line") as p on p."order" = s."order" and p."line" = s."line"
where t."since" is null or (t."gone" or record_image_ne(row(t."weight ""kg"""), row(s."weight ""kg""")));
update "shop"."shipments" as t set "until" = n.elt_begin from (select "order", "line", max("since") as elt_begin from "shop"."shipments" where "until" is null group by "order", "line" having count(*) > 1) as n where t."order" = n."order" and t."line" = n."line" and t."until" is null and t."since" < n.elt_begin;
