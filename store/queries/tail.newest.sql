-- $1 source; $2 and $3: moment and id of the row before; $4 and $5: from and until; $6 most rows
select at, id from event_tail
where source = $1 and (at, id) < ($2, $3) and at >= $4 and at < $5
order by at desc, id desc
limit $6
