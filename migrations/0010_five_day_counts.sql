-- Counts by five days, for long ranges (domain/src/time_range.rs). Those of the days that are here already are made by
-- store/src/rollup/earlier.rs, which drops this.
create table rollup_five_days_missing (id integer primary key);
