{# The share of rows for which a condition holds, in percent with two digits; a row where it is null does not count for it. #}
{% macro percentage(condition) -%}
  round(100.0 * sum(case when {{ condition }} then 1 else 0 end) / count(*), 2)
{%- endmacro %}

{# What the bureau calls on time: landed where it should, and less than 15 minutes late (a var of project.yml). #}
{% macro on_time(delay='arrival_delay') -%}
  {{ delay }} < {{ var('on_time_minutes') }}
{%- endmacro %}
