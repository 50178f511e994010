-- The tail's oldest buckets are folded first, a few at a time: they are found without reading all of its rows.
drop index rollup_tail_source;
create index rollup_tail_source on rollup_tail (source, bucket_ms);
