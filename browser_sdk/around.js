// Headwater's, around Segment's script: that one takes its settings from the host that it came from over https only, and
// else from cdn.segment.com. A page that names a host itself (`analytics._cdn`) keeps it.
(function (script, segment) {
  var from = script && /^(https?:\/\/.+)\/analytics\.js\/v1\/[^/]+\/analytics(\.min)?\.js/.exec(script.src);
  var queue = window.analytics;
  if (!from || (queue && queue._cdn)) return segment();
  window.analytics = queue || {};
  window.analytics._cdn = from[1];
  segment();
  // It has read the host. Without a snippet, `analytics` is there when it works, and not before.
  if (!queue) delete window.analytics;
})(document.currentScript, function () {
SEGMENT_SCRIPT
});
