//! The list. Which option leads a library here, and which libraries speak https only, is from the libraries' own sources;
//! what can run here is run as it stands by `end2end/tests/{docs,setup,catalog}.spec.ts`.

use super::{LibrarySample, WRITE_KEY, code};

/// Where the lines lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// `http://127.0.0.1:3000`
    pub origin: String,
    /// A source's.
    pub write_key: String,
}

impl Target {
    /// No source in particular.
    #[must_use]
    pub fn of_any_source(origin: &str) -> Self {
        Self { origin: origin.to_owned(), write_key: WRITE_KEY.to_owned() }
    }

    /// `127.0.0.1:3000`
    pub(super) fn authority(&self) -> &str {
        self.origin.split_once("://").map_or(&self.origin, |(_, authority)| authority)
    }

    /// Whether it is reached over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.origin.starts_with("https://")
    }
}

/// Which addresses a library can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Any.
    Any,
    /// A host, before which it puts `https://`.
    HttpsOnly,
}

/// How we know that its lines lead here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Proof {
    /// Our tests run them.
    Run,
    /// The library's own source says so.
    Read,
}

/// A library.
#[derive(Debug)]
pub struct Library {
    /// In addresses; that of its entry in the catalog, where it has one.
    pub slug: &'static str,
    /// See [`LibrarySample::name`].
    pub name: &'static str,
    package: &'static str,
    install: &'static str,
    /// Which addresses it can be given.
    pub reach: Reach,
    proof: Proof,
    /// Other entries of the catalog that are connected with it.
    kinds: &'static [&'static str],
    code: fn(&Target) -> String,
}

impl Library {
    /// Requests without a library.
    #[must_use]
    pub fn http() -> &'static Self {
        &HTTP
    }

    /// The one with that slug.
    #[must_use]
    pub fn of_slug(slug: &str) -> Option<&'static Self> {
        LIBRARIES.iter().find(|library| library.slug == slug)
    }

    /// The one for sources of that kind: whatever has none can still send requests.
    #[must_use]
    pub fn of_kind(kind: &str) -> &'static Self {
        let has = |library: &&Self| library.slug == kind || library.kinds.contains(&kind);
        LIBRARIES.iter().find(has).unwrap_or(Self::http())
    }

    /// Its lines for that target.
    #[must_use]
    pub fn sample(&self, target: &Target) -> LibrarySample {
        LibrarySample {
            name: self.name.to_owned(),
            package: self.package.to_owned(),
            install: self.install.to_owned(),
            https_only: self.reach == Reach::HttpsOnly,
            is_run: self.proof == Proof::Run,
            code: (self.code)(target),
        }
    }
}

static HTTP: Library = http();

const fn http() -> Library {
    run(library(("http-api", "curl"), "any language, any shell", "", Reach::Any, code::curl))
}

/// One whose lines our tests run.
const fn run(library: Library) -> Library {
    Library { proof: Proof::Run, ..library }
}

/// A library with a catalog entry of its own.
const fn library(
    (slug, name): (&'static str, &'static str),
    package: &'static str,
    install: &'static str,
    reach: Reach,
    code: fn(&Target) -> String,
) -> Library {
    Library { slug, name, package, install, reach, proof: Proof::Read, kinds: &[], code }
}

/// All of them, in the order of the pages.
#[rustfmt::skip]
pub static LIBRARIES: [Library; 20] = {
    use Reach::{Any, HttpsOnly};
    [
        run(library(("javascript", "Web page"), "analytics.js, from this server", "", Any, code::snippet)),
        run(library(("javascript-npm", "JavaScript"), "@segment/analytics-next", "npm install @segment/analytics-next", Any, code::analytics_next)),
        run(library(("node-js", "Node.js"), "@segment/analytics-node", "npm install @segment/analytics-node", Any, code::node)),
        run(library(("python", "Python"), "segment-analytics-python", "pip install segment-analytics-python", Any, code::python)),
        library(("go", "Go"), "analytics-go/v3", "go get github.com/segmentio/analytics-go/v3", Any, code::go),
        library(("java", "Java"), "analytics-java", "implementation(\"com.segment.analytics.java:analytics:+\")", Any, code::java),
        library(("clojure", "Clojure"), "analytics-clj", "circleci/analytics-clj {:mvn/version \"0.8.2\"}", Any, code::clojure),
        run(library(("rust", "Rust"), "segment", "cargo add segment reqwest@0.12 tokio --features tokio/macros,tokio/rt", Any, code::rust)),
        library(("net", ".NET"), "Analytics.NET", "dotnet add package Analytics", Any, code::dot_net),
        http(),
        run(library(("pixel-tracking-api", "Pixel"), "for mails", "", Any, code::pixel)),
        library(("ruby", "Ruby"), "analytics-ruby", "gem install analytics-ruby", HttpsOnly, code::ruby),
        library(("php", "PHP"), "analytics-php", "composer require segmentio/analytics-php", HttpsOnly, code::php),
        Library { kinds: &["unity"], ..library(("csharp", "C#"), "Analytics-CSharp", "dotnet add package Segment.Analytics.CSharp", HttpsOnly, code::c_sharp) },
        library(("apple", "Swift"), "analytics-swift", ".package(url: \"https://github.com/segmentio/analytics-swift.git\", from: \"1.5.0\")", HttpsOnly, code::swift),
        library(("kotlin-android", "Kotlin (Android)"), "analytics-kotlin", "implementation(\"com.segment.analytics.kotlin:android:+\")", HttpsOnly, code::kotlin_android),
        library(("kotlin", "Kotlin"), "analytics-kotlin", "implementation(\"com.segment.analytics.kotlin:core:+\")", HttpsOnly, code::kotlin),
        library(("react-native", "React Native"), "@segment/analytics-react-native", "npm install @segment/analytics-react-native @segment/sovran-react-native react-native-get-random-values", HttpsOnly, code::react_native),
        library(("amp", "AMP"), "amp-analytics, part of AMP", "", HttpsOnly, code::amp),
        library(("flutter", "Flutter"), "segment_analytics", "flutter pub add segment_analytics", HttpsOnly, code::flutter),
    ]
};

#[cfg(test)]
mod tests {
    use super::{LIBRARIES, Library, Target, WRITE_KEY};
    use domain::catalog::{Support, entries};
    use std::collections::BTreeSet;

    #[test]
    fn every_line_names_this_server_and_a_key_and_no_other() {
        for (protocol, authority) in [("http", "127.0.0.1:3000"), ("https", "hw.example")] {
            let target = Target::of_any_source(&format!("{protocol}://{authority}"));
            let host = authority.split(':').next().unwrap_or_default();
            for library in &LIBRARIES {
                let code = library.sample(&target).code;
                assert!(code.contains(host) && code.contains(WRITE_KEY), "{code}");
                assert!(!code.contains("segment.com") && !code.contains("segment.io"), "{code}");
            }
        }
    }

    #[test]
    fn what_puts_https_in_front_gets_no_scheme_unless_it_strips_it() {
        let target = Target::of_any_source("http://127.0.0.1:3000");
        for library in &LIBRARIES {
            let sample = library.sample(&target);
            let has_address = sample.code.contains("http://127.0.0.1:3000");
            assert_eq!(has_address, !sample.https_only, "{}", library.name);
        }
    }

    #[test]
    fn every_kind_that_connects_has_lines_and_every_address_is_one() {
        let slugs: BTreeSet<_> = LIBRARIES.iter().map(|library| library.slug).collect();
        assert_eq!(slugs.len(), LIBRARIES.len());
        for library in &LIBRARIES {
            assert_eq!(Library::of_slug(library.slug).map(|found| found.name), Some(library.name));
        }
        for entry in entries().filter(|entry| entry.support == Support::Connects) {
            let library = Library::of_kind(&entry.slug);
            assert!(library.slug == "http-api" || library.slug == entry.slug || library.kinds.contains(&&*entry.slug));
            assert!(library.slug != "http-api" || entry.slug == "http-api", "{} has no lines of its own", entry.slug);
        }
        assert_eq!(Library::of_kind("zendesk").slug, "http-api");
        assert_eq!(Library::of_kind("unity").slug, "csharp");
    }
}
