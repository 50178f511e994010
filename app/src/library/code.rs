//! The lines themselves, each ready to be run: what is sent later is flushed at their end.

use super::Target;

pub(super) fn snippet(Target { origin, write_key }: &Target) -> String {
    format!(
        "<script>
  window.analytics = window.analytics || []
  for (const call of ['page', 'screen', 'track', 'identify', 'group', 'alias'])
    analytics[call] = (...args) => analytics.push([call, ...args])
  analytics.page()
</script>
<script async
  src=\"{origin}/analytics.js/v1/{write_key}/analytics.min.js\"></script>"
    )
}

/// The settings that it loads from there lead its events here, too.
pub(super) fn analytics_next(Target { origin, write_key }: &Target) -> String {
    format!(
        "import {{ AnalyticsBrowser }} from '@segment/analytics-next'

const analytics = AnalyticsBrowser.load({{
  writeKey: '{write_key}',
  cdnURL: '{origin}',
}})
analytics.track('Order Completed')"
    )
}

pub(super) fn node(Target { origin, write_key }: &Target) -> String {
    format!(
        "import {{ Analytics }} from '@segment/analytics-node'

const analytics = new Analytics({{
  writeKey: '{write_key}',
  host: '{origin}',
}})
analytics.track({{ userId: 'u1', event: 'Order Completed' }})
await analytics.closeAndFlush() // before the program ends"
    )
}

pub(super) fn python(Target { origin, write_key }: &Target) -> String {
    format!(
        "from segment.analytics.client import Client

analytics = Client('{write_key}', host='{origin}')
analytics.track('u1', 'Order Completed')
analytics.flush()  # before the program ends"
    )
}

pub(super) fn go(Target { origin, write_key }: &Target) -> String {
    format!(
        "client, err := analytics.NewWithConfig(\"{write_key}\", analytics.Config{{
	Endpoint: \"{origin}\",
}})
if err != nil {{
	log.Fatal(err)
}}
defer client.Close() // sends what is waiting
client.Enqueue(analytics.Track{{UserId: \"u1\", Event: \"Order Completed\"}})"
    )
}

pub(super) fn java(Target { origin, write_key }: &Target) -> String {
    format!(
        "Analytics analytics = Analytics.builder(\"{write_key}\")
    .endpoint(\"{origin}\")
    .build();
analytics.enqueue(TrackMessage.builder(\"Order Completed\").userId(\"u1\"));
analytics.flush();"
    )
}

pub(super) fn clojure(Target { origin, write_key }: &Target) -> String {
    format!(
        "(require '[circleci.analytics-clj.core :as analytics])

(def client
  (analytics/initialize \"{write_key}\"
                        {{:endpoint \"{origin}\"}}))
(analytics/track client \"u1\" \"Order Completed\")
(analytics/flush client)"
    )
}

pub(super) fn rust(Target { origin, write_key }: &Target) -> String {
    format!(
        "use segment::message::{{Track, User}};
use segment::{{Client, HttpClient}};

#[tokio::main(flavor = \"current_thread\")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {{
    let client = HttpClient::new(reqwest::Client::new(), \"{origin}\".to_owned());
    let event = Track {{
        user: User::UserId {{ user_id: \"u1\".to_owned() }},
        event: \"Order Completed\".to_owned(),
        ..Default::default()
    }};
    client.send(\"{write_key}\".to_owned(), event.into()).await?;
    Ok(())
}}"
    )
}

pub(super) fn dot_net(Target { origin, write_key }: &Target) -> String {
    format!(
        "Analytics.Initialize(\"{write_key}\",
    new Config().SetHost(\"{origin}\"));
Analytics.Client.Track(\"u1\", \"Order Completed\");
Analytics.Client.Flush();"
    )
}

pub(super) fn curl(Target { origin, write_key }: &Target) -> String {
    format!(
        "curl {origin}/v1/track \\
  -u {write_key}: \\
  -H 'Content-Type: application/json' \\
  -d '{{\"userId\":\"u1\",\"event\":\"Order Completed\",\"properties\":{{\"revenue\":129.5}}}}'"
    )
}

pub(super) fn pixel(Target { origin, write_key }: &Target) -> String {
    format!(
        "<img alt=\"\" width=\"1\" height=\"1\"
  src=\"{origin}/v1/pixel/track?writeKey={write_key}&amp;userId=u1&amp;event=Email%20Opened\">"
    )
}

/// Pages of AMP load from https only.
pub(super) fn amp(target: &Target) -> String {
    let (write_key, authority) = (&target.write_key, target.authority());
    format!(
        "<amp-analytics type=\"segment\">
  <script type=\"application/json\">
    {{
      \"vars\": {{ \"writeKey\": \"{write_key}\", \"name\": \"Home\" }},
      \"requests\": {{ \"host\": \"https://{authority}/v1/pixel\" }}
    }}
  </script>
</amp-analytics>"
    )
}

pub(super) fn ruby(target: &Target) -> String {
    let (write_key, authority) = (&target.write_key, target.authority());
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => format!("'{host}', port: {port}"),
        Some(_) | None => format!("'{authority}'"),
    };
    format!(
        "require 'segment/analytics'

analytics = Segment::Analytics.new(
  write_key: '{write_key}', host: {host}
)
analytics.track(user_id: 'u1', event: 'Order Completed')
analytics.flush"
    )
}

pub(super) fn php(target: &Target) -> String {
    let (write_key, authority) = (&target.write_key, target.authority());
    format!(
        "use Segment\\Segment;

Segment::init('{write_key}', ['host' => '{authority}']);
Segment::track(['userId' => 'u1', 'event' => 'Order Completed']);
Segment::flush();"
    )
}

pub(super) fn c_sharp(target: &Target) -> String {
    let (write_key, authority) = (&target.write_key, target.authority());
    format!(
        "var configuration = new Configuration(\"{write_key}\",
    apiHost: \"{authority}/v1\", cdnHost: \"{authority}/v1\");
var analytics = new Analytics(configuration);
analytics.Track(\"Order Completed\");
analytics.Flush();"
    )
}

pub(super) fn swift(target: &Target) -> String {
    let (write_key, authority) = (&target.write_key, target.authority());
    format!(
        "let configuration = Configuration(writeKey: \"{write_key}\")
    .apiHost(\"{authority}/v1\")
    .cdnHost(\"{authority}/v1\")
let analytics = Analytics(configuration: configuration)
analytics.track(name: \"Order Completed\")
analytics.flush()"
    )
}

pub(super) fn kotlin_android(target: &Target) -> String {
    kotlin_with(target, ", applicationContext")
}

pub(super) fn kotlin(target: &Target) -> String {
    kotlin_with(target, "")
}

fn kotlin_with(target: &Target, context: &str) -> String {
    let (write_key, authority) = (&target.write_key, target.authority());
    format!(
        "val analytics = Analytics(\"{write_key}\"{context}) {{
    apiHost = \"{authority}/v1\"
    cdnHost = \"{authority}/v1\"
}}
analytics.track(\"Order Completed\")
analytics.flush()"
    )
}

/// It takes whole addresses, but only of https; to a host of its own it adds the paths only if told to.
pub(super) fn react_native(target: &Target) -> String {
    let (write_key, authority) = (&target.write_key, target.authority());
    format!(
        "import {{ createClient }} from '@segment/analytics-react-native'

const analytics = createClient({{
  writeKey: '{write_key}',
  proxy: 'https://{authority}/v1',
  cdnProxy: 'https://{authority}/v1',
  useSegmentEndpoints: true,
}})
analytics.track('Order Completed')
analytics.flush()"
    )
}

pub(super) fn flutter(target: &Target) -> String {
    let (write_key, authority) = (&target.write_key, target.authority());
    format!(
        "import 'package:segment_analytics/client.dart';
import 'package:segment_analytics/state.dart';

final analytics = createClient(Configuration('{write_key}',
    apiHost: '{authority}/v1', cdnHost: '{authority}/v1'));
analytics.track('Order Completed');
analytics.flush();"
    )
}

#[cfg(test)]
mod tests {
    use super::{Target, ruby};

    #[test]
    fn ruby_takes_the_port_by_itself() {
        let of = |origin: &str| ruby(&Target::of_any_source(origin));
        assert!(of("http://127.0.0.1:3000").contains("host: '127.0.0.1', port: 3000"));
        assert!(of("https://hw.example").contains("host: 'hw.example'\n"));
        assert!(of("https://[::1]").contains("host: '[::1]'\n"));
    }
}
