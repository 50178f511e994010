-- $1 source; $2 and $3: end and id of the block before; $4 and $5: from and until; $6 bits of the wanted verdicts; $7 most blocks
select last_at, id from event_block
where source = $1 and (last_at, id) < ($2, $3) and last_at >= $4 and first_at < $5 and verdict_bits & $6 <> 0
order by last_at desc, id desc
limit $7
