//! Which encoding of an asset a client gets: `Accept-Encoding` read as RFC 9110, 12.5.3 says.

/// The variants that the build makes of a file that compresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Brotli,
    Gzip,
    Identity,
}

impl Encoding {
    /// What `xtask` appends to the file's name.
    pub(super) fn suffix(self) -> &'static str {
        match self {
            Self::Brotli => ".br",
            Self::Gzip => ".gz",
            Self::Identity => "",
        }
    }

    /// The value of `Content-Encoding`, or `None` for the plain file.
    pub(super) fn content_encoding(self) -> Option<&'static str> {
        match self {
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
            Self::Identity => None,
        }
    }
}

/// The encodings to try, best first: smallest first among those accepted, whatever weights the client gave them,
/// because the weights in use only ever mean "yes" or "no". The plain file comes last and is never refused: a 406
/// helps nobody.
pub(super) fn preferred(accepted: &str) -> impl Iterator<Item = Encoding> {
    let brotli = accepts(accepted, &["br"]).then_some(Encoding::Brotli);
    let gzip = accepts(accepted, &["gzip", "x-gzip"]).then_some(Encoding::Gzip);
    [brotli, gzip, Some(Encoding::Identity)].into_iter().flatten()
}

/// Whether one of these names is listed with a weight above zero; `*` speaks for names that are not listed.
fn accepts(accepted: &str, names: &[&str]) -> bool {
    let mut by_wildcard = false;
    for item in accepted.split(',') {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default();
        let wanted = parts.find_map(weight).unwrap_or(1.0) > 0.0;
        if names.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            return wanted;
        }
        if name == "*" {
            by_wildcard = wanted;
        }
    }
    by_wildcard
}

fn weight(parameter: &str) -> Option<f32> {
    let value = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q="))?;
    value.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Encoding::{Brotli, Gzip, Identity};

    #[test]
    fn the_smallest_accepted_encoding_comes_first() {
        let cases: &[(&str, &[Encoding])] = &[
            ("", &[Identity]),
            ("identity", &[Identity]),
            ("gzip", &[Gzip, Identity]),
            ("gzip, deflate, br, zstd", &[Brotli, Gzip, Identity]),
            ("GZIP , BR", &[Brotli, Gzip, Identity]),
            ("br;q=0.1, gzip;q=0.9", &[Brotli, Gzip, Identity]),
            ("br;q=0, gzip;q=1.0", &[Gzip, Identity]),
            ("*", &[Brotli, Gzip, Identity]),
            ("*;q=0", &[Identity]),
            ("br;q=0, *", &[Gzip, Identity]),
            ("*;q=0, gzip", &[Gzip, Identity]),
            ("x-gzip", &[Gzip, Identity]),
            ("brotli", &[Identity]),
            ("gzip;q=nonsense", &[Gzip, Identity]),
            (",;,q=1", &[Identity]),
        ];
        for (accepted, expected) in cases {
            let actual: Vec<_> = preferred(accepted).collect();
            assert_eq!(&actual, expected, "Accept-Encoding: {accepted}");
        }
    }
}
