// RudderStack's SDK, with settings from the server; it has no screen.
window.start = async ({ host, writeKey, plan, options }) => {
  await window.loadSdk();
  const analytics = new window.rudderanalytics.RudderAnalytics();
  analytics.load(writeKey, host, { configUrl: host, ...options });
  window.makeCalls(analytics, plan);
  await new Promise((resolve) => analytics.ready(resolve));
};
