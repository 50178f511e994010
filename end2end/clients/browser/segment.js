// Segment's SDK as a page bundles it: told only where its settings are.
window.start = async ({ host, writeKey, plan }) => {
  await window.loadSdk();
  const analytics = window.AnalyticsNext.AnalyticsBrowser.load({ writeKey, cdnURL: host });
  window.makeCalls(analytics, plan);
  await analytics.ready();
};
