// Shared by the pages: gets the SDK, and makes the plan's calls of one that has Segment's signatures.
window.loadSdk = () =>
  new Promise((resolve) => {
    const script = document.createElement('script');
    script.onload = resolve;
    script.src = '/sdk.js';
    document.head.append(script);
  });

/** One row for each event. */
window.eventsOf = (plan) => plan.flatMap((row) => Array.from({ length: row.count }, () => row));

window.makeCalls = (analytics, plan) => {
  window.eventsOf(plan).forEach(({ type, name, app_version: version }, i) => {
    const options = { context: { app: { name: 'Shop', version } } };
    if (type === 'identify') analytics.identify(`u${i}`, { plan: 'pro' }, options);
    else if (type === 'group') analytics.group(`g${i}`, { size: i }, options);
    else if (type === 'alias') analytics.alias(`u${i}`, `a${i}`, options);
    else analytics[type](name, { i }, options);
  });
};
