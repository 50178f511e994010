-- $1 source; $2 and $3: start and id of the block before; $4 and $5: from and until; $6 bits of the wanted verdicts; $7 most blocks
select first_at, id from event_block
where source = $1 and (first_at, id) > ($2, $3) and first_at < $5 and last_at >= $4 and verdict_bits & $6 <> 0
order by first_at, id
limit $7
