// Jitsu's SDK: paths and a header of its own; it has neither screen nor alias. `jitsu.mjs s2s` takes its server-to-server paths.
import { jitsuAnalytics } from '@jitsu/js';
import { HOST, WRITE_KEY, calls } from './plan.mjs';

const jitsu = jitsuAnalytics({
  host: HOST,
  // Jitsu wants a pair, `id:secret`.
  writeKey: `${WRITE_KEY}:secret`,
  s2s: process.argv[2] === 's2s',
  errorPolicy: 'rethrow',
});

for (const { type, message } of calls()) {
  const { userId, context } = message;
  if (type === 'identify') await jitsu.identify(userId, message.traits);
  if (type === 'track') await jitsu.track(message.event, { ...message.properties, context });
  if (type === 'page') await jitsu.page({ name: message.name, ...message.properties, context });
  if (type === 'group') await jitsu.group(message.groupId, message.traits);
}
