//! The lines that point each library at this server. Which option does it, and which libraries speak https only, is from
//! the libraries' own sources; what can run here is run as it stands by `end2end/tests/docs.spec.ts`.

use crate::ui::callout::{Callout, CalloutTone};
use crate::ui::code::CodeBlock;
use leptos::prelude::*;

/// Stands in the lines for the key of a source.
pub(super) const WRITE_KEY: &str = "YOUR_WRITE_KEY";

/// A library and the lines that point it here.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Library {
    name: &'static str,
    package: &'static str,
    code: String,
}

/// Libraries that take an address of plain http, too.
const PLAIN: usize = 9;
/// Libraries that put `https://` in front of whatever host they are given.
const HTTPS_ONLY: usize = 5;
/// All of them.
pub(super) const LIBRARIES: usize = PLAIN + HTTPS_ONLY;

#[component]
pub(super) fn Libraries(origin: String) -> impl IntoView {
    let (protocol, authority) = origin.split_once("://").unwrap_or(("http", &origin));
    let panel = |libraries: Vec<Library>| {
        let rows = libraries.into_iter().map(|library| view! { <LibraryRow library=library /> });
        view! { <div class="panel">{rows.collect_view()}</div> }
    };
    let note = (protocol != "https").then(|| view! {
        <Callout tone=CalloutTone::Warning title="Ruby, PHP, C#, Swift and Kotlin speak https only">
            "Their libraries cannot reach this address, which is plain http. Put a proxy that ends TLS in front of Headwater, and give them its name."
        </Callout>
    });
    view! {
        <p>
            "Libraries for Segment work unchanged: tell them this host, and the write key of a source. RudderStack’s libraries for Node, Python and browsers and Jitsu’s for browsers are understood, too."
        </p>
        {panel(plain(&origin).into())}
        {note}
        {panel(https_only(authority).into())}
    }
}

#[component]
fn LibraryRow(library: Library) -> impl IntoView {
    let Library { name, package, code } = library;
    view! {
        <div class="docs__library">
            <div>
                <h3>{name}</h3>
                <p class="docs__package">{package}</p>
            </div>
            <CodeBlock text=code label=format!("{name} example") />
        </div>
    }
}

fn plain(origin: &str) -> [Library; PLAIN] {
    let library = |name, package, code| Library { name, package, code };
    [
        library("Web page", "analytics.js, from this server", snippet(origin)),
        library("JavaScript", "@segment/analytics-next", analytics_next(origin)),
        library("Node.js", "@segment/analytics-node", node(origin)),
        library("Python", "segment-analytics-python", python(origin)),
        library("Go", "analytics-go/v3", go(origin)),
        library("Java", "analytics-java", java(origin)),
        library(".NET", "Analytics.NET", dot_net(origin)),
        library("curl", "any language, any shell", curl(origin)),
        library("Pixel", "for mails", pixel(origin)),
    ]
}

fn https_only(authority: &str) -> [Library; HTTPS_ONLY] {
    let library = |name, package, code| Library { name, package, code };
    [
        library("Ruby", "analytics-ruby", ruby(authority)),
        library("PHP", "analytics-php", php(authority)),
        library("C#", "Analytics-CSharp", c_sharp(authority)),
        library("Swift", "analytics-swift", swift(authority)),
        library("Kotlin", "analytics-kotlin", kotlin(authority)),
    ]
}

fn snippet(origin: &str) -> String {
    format!(
        "<script>
  window.analytics = window.analytics || []
  for (const call of ['page', 'screen', 'track', 'identify', 'group', 'alias'])
    analytics[call] = (...args) => analytics.push([call, ...args])
  analytics.page()
</script>
<script async
  src=\"{origin}/analytics.js/v1/{WRITE_KEY}/analytics.min.js\"></script>"
    )
}

/// The settings that it loads from there lead its events here, too.
fn analytics_next(origin: &str) -> String {
    format!(
        "import {{ AnalyticsBrowser }} from '@segment/analytics-next'

const analytics = AnalyticsBrowser.load({{
  writeKey: '{WRITE_KEY}',
  cdnURL: '{origin}',
}})
analytics.track('Order Completed')"
    )
}

fn node(origin: &str) -> String {
    format!(
        "import {{ Analytics }} from '@segment/analytics-node'

const analytics = new Analytics({{
  writeKey: '{WRITE_KEY}',
  host: '{origin}',
}})
analytics.track({{ userId: 'u1', event: 'Order Completed' }})"
    )
}

fn python(origin: &str) -> String {
    format!(
        "from segment.analytics.client import Client

analytics = Client('{WRITE_KEY}', host='{origin}')
analytics.track('u1', 'Order Completed')"
    )
}

fn go(origin: &str) -> String {
    format!(
        "client, err := analytics.NewWithConfig(\"{WRITE_KEY}\", analytics.Config{{
	Endpoint: \"{origin}\",
}})
if err != nil {{
	log.Fatal(err)
}}
client.Enqueue(analytics.Track{{UserId: \"u1\", Event: \"Order Completed\"}})"
    )
}

fn java(origin: &str) -> String {
    format!(
        "Analytics analytics = Analytics.builder(\"{WRITE_KEY}\")
    .endpoint(\"{origin}\")
    .build();
analytics.enqueue(TrackMessage.builder(\"Order Completed\").userId(\"u1\"));"
    )
}

fn dot_net(origin: &str) -> String {
    format!(
        "Analytics.Initialize(\"{WRITE_KEY}\",
    new Config().SetHost(\"{origin}\"));
Analytics.Client.Track(\"u1\", \"Order Completed\");"
    )
}

pub(super) fn curl(origin: &str) -> String {
    format!(
        "curl {origin}/v1/track \\
  -u {WRITE_KEY}: \\
  -H 'Content-Type: application/json' \\
  -d '{{\"userId\":\"u1\",\"event\":\"Order Completed\",\"properties\":{{\"revenue\":129.5}}}}'"
    )
}

fn pixel(origin: &str) -> String {
    format!(
        "<img alt=\"\" width=\"1\" height=\"1\"
  src=\"{origin}/v1/pixel/track?writeKey={WRITE_KEY}&amp;userId=u1&amp;event=Email%20Opened\">"
    )
}

fn ruby(authority: &str) -> String {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => format!("'{host}', port: {port}"),
        Some(_) | None => format!("'{authority}'"),
    };
    format!(
        "analytics = Segment::Analytics.new(
  write_key: '{WRITE_KEY}', host: {host}
)
analytics.track(user_id: 'u1', event: 'Order Completed')"
    )
}

fn php(authority: &str) -> String {
    format!(
        "use Segment\\Segment;

Segment::init('{WRITE_KEY}', ['host' => '{authority}']);
Segment::track(['userId' => 'u1', 'event' => 'Order Completed']);"
    )
}

fn c_sharp(authority: &str) -> String {
    format!(
        "var configuration = new Configuration(\"{WRITE_KEY}\",
    apiHost: \"{authority}/v1\", cdnHost: \"{authority}/v1\");
var analytics = new Analytics(configuration);
analytics.Track(\"Order Completed\");"
    )
}

fn swift(authority: &str) -> String {
    format!(
        "let configuration = Configuration(writeKey: \"{WRITE_KEY}\")
    .apiHost(\"{authority}/v1\")
    .cdnHost(\"{authority}/v1\")
let analytics = Analytics(configuration: configuration)
analytics.track(name: \"Order Completed\")"
    )
}

fn kotlin(authority: &str) -> String {
    format!(
        "val analytics = Analytics(\"{WRITE_KEY}\", applicationContext) {{
    apiHost = \"{authority}/v1\"
    cdnHost = \"{authority}/v1\"
}}
analytics.track(\"Order Completed\")"
    )
}

#[cfg(test)]
mod tests {
    use super::{WRITE_KEY, https_only, plain, ruby};

    #[test]
    fn every_line_names_this_server_and_a_key_and_no_other() {
        for (protocol, authority) in [("http", "127.0.0.1:3000"), ("https", "hw.example")] {
            let origin = format!("{protocol}://{authority}");
            let host = authority.split(':').next().unwrap_or_default();
            for library in plain(&origin) {
                assert!(library.code.contains(&origin), "{} names {origin}", library.name);
            }
            for library in https_only(authority) {
                // They put a scheme of their own in front.
                assert!(library.code.contains(host) && !library.code.contains("://"), "{} names {host}", library.name);
            }
            let all = plain(&origin).into_iter().chain(https_only(authority));
            for library in all {
                assert!(library.code.contains(WRITE_KEY), "{} names a key", library.name);
                assert!(
                    !library.code.contains("segment.io") && !library.code.contains("segment.com"),
                    "{}",
                    library.name
                );
            }
        }
    }

    #[test]
    fn ruby_takes_host_and_port_apart() {
        assert!(ruby("127.0.0.1:3000").contains("host: '127.0.0.1', port: 3000\n"));
        assert!(ruby("hw.example").contains("host: 'hw.example'\n"));
        assert!(ruby("[::1]").contains("host: '[::1]'\n"));
    }
}
