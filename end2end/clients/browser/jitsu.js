// Jitsu's SDK: it has neither screen nor alias, and wants a pair for a key.
window.start = async ({ host, writeKey, plan }) => {
  const { jitsuAnalytics } = await import('/sdk.js');
  const jitsu = jitsuAnalytics({ host, writeKey: `${writeKey}:secret` });
  for (const [i, { type, name, app_version: version }] of window.eventsOf(plan).entries()) {
    const context = { app: { name: 'Shop', version } };
    if (type === 'identify') await jitsu.identify(`u${i}`, { plan: 'pro' });
    if (type === 'track') await jitsu.track(name, { i, context });
    if (type === 'page') await jitsu.page({ name, i, context });
    if (type === 'group') await jitsu.group(`g${i}`, { size: i });
  }
};
