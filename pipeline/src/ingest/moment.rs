//! A sender's time, read leniently: SDKs and hand-written clients do not all write ISO 8601 to the letter.

use domain::clock::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// Reads a date and time: ISO 8601 as it should be, and with what clients really send: one digit for month, day or hour,
/// a space for the `T`, no zone (then UTC), no time of day (then midnight), `60` as a second.
#[must_use]
pub fn read(text: &str) -> Option<Timestamp> {
    let moment = text.parse::<jiff::Timestamp>().ok().or_else(|| lenient(text))?;
    Some(Timestamp(moment.as_millisecond()))
}

fn lenient(text: &str) -> Option<jiff::Timestamp> {
    let mut rest = Rest(text.as_bytes());
    let year = rest.number(4, 4)?;
    rest.one_of(b"-")?;
    let month = rest.number(1, 2)?;
    rest.one_of(b"-")?;
    let day = rest.number(1, 2)?;
    let (mut hour, mut minute, mut second, mut nanos, mut offset) = (0, 0, 0, 0, Offset::UTC);
    if rest.one_of(b"Tt ").is_some() {
        hour = rest.number(1, 2)?;
        rest.one_of(b":")?;
        minute = rest.number(2, 2)?;
        if rest.one_of(b":").is_some() {
            // A leap second is the last one of its minute.
            second = match rest.number(2, 2)? {
                60 => 59,
                second => second,
            };
            if rest.one_of(b".,").is_some() {
                nanos = rest.fraction()?;
            }
        }
        offset = rest.offset()?;
    }
    if !rest.0.is_empty() {
        return None;
    }
    let small = |number: i16| i8::try_from(number).ok();
    let local = DateTime::new(year, small(month)?, small(day)?, small(hour)?, small(minute)?, small(second)?, nanos);
    offset.to_timestamp(local.ok()?).ok()
}

/// What is left to read.
struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn one_of(&mut self, bytes: &[u8]) -> Option<u8> {
        let (&first, rest) = self.0.split_first().filter(|(first, _)| bytes.contains(first))?;
        self.0 = rest;
        Some(first)
    }

    fn digit(&mut self) -> Option<i32> {
        self.one_of(b"0123456789").map(|digit| i32::from(digit - b'0'))
    }

    /// A number of so many digits, at most four.
    fn number(&mut self, digits_min: usize, digits_max: usize) -> Option<i16> {
        let (mut number, mut digits) = (0, 0);
        while digits < digits_max
            && let Some(digit) = self.digit()
        {
            number = number * 10 + digit;
            digits += 1;
        }
        if digits < digits_min { None } else { i16::try_from(number).ok() }
    }

    /// Digits after the decimal point, as nanoseconds; what is finer is left out.
    fn fraction(&mut self) -> Option<i32> {
        let mut nanos = self.digit()? * 100_000_000;
        let mut worth = 10_000_000;
        while let Some(digit) = self.digit() {
            nanos += digit * worth;
            worth /= 10;
        }
        Some(nanos)
    }

    /// `Z`, `+01`, `+0100`, `+01:00`, or nothing: UTC.
    fn offset(&mut self) -> Option<Offset> {
        let Some(sign) = self.one_of(b"Zz+-") else { return Some(Offset::UTC) };
        if matches!(sign, b'Z' | b'z') {
            return Some(Offset::UTC);
        }
        let hours = i32::from(self.number(2, 2)?);
        let has_minutes = self.one_of(b":").is_some() || !self.0.is_empty();
        let minutes = if has_minutes { i32::from(self.number(2, 2)?) } else { 0 };
        if minutes > 59 {
            return None;
        }
        let seconds = (hours * 60 + minutes) * 60;
        Offset::from_seconds(if sign == b'-' { -seconds } else { seconds }).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::read;
    use domain::clock::Timestamp;
    use proptest::prelude::{any, prop_assert_eq, proptest};

    #[test]
    fn what_clients_send_is_read() {
        const AT: i64 = 1_422_837_008_276; // 2015-02-02T00:30:08.276Z
        for (text, ms) in [
            ("2015-02-02T00:30:08.276Z", AT),
            ("2015-2-02T00:30:08.276Z", AT), // Segment's own example
            ("2015-2-2T0:30:08.276Z", AT),
            ("2015-02-02t00:30:08.276z", AT),
            ("2015-02-02 00:30:08.276", AT),
            ("2015-02-02 00:30:08.276Z", AT),
            ("2015-02-02T00:30:08,276", AT),
            ("20150202T003008.276Z", AT),
            ("2015-02-02T00:30:08.2769999Z", AT),
            ("2015-02-02T00:30:08.276000", AT), // Python without a zone
            ("2015-02-02T00:30:08.276000+00:00", AT),
            ("2015-02-02T01:30:08.276+01:00", AT),
            ("2015-2-02T01:30:08.276+01", AT),
            ("2015-2-02T06:00:08.276+0530", AT),
            ("2015-2-01T20:30:08.276-04:00", AT),
            ("2015-2-02T00:30:08.276-00:00", AT),
            ("2015-02-02T00:30:08.2Z", AT - 76),
            ("2015-2-02T00:30:08.27Z", AT - 6),
            ("2015-02-02T00:30:08.276123Z", AT),
            ("2015-2-02T00:30:08.276123456Z", AT),
            ("2015-2-02T00:30:08.2761234567890123Z", AT),
            ("2015-02-02T00:30:08Z", AT - 276),
            ("2015-02-02T00:30Z", AT - 8_276),
            ("2015-02-02T00:30", AT - 8_276),
            ("2015-02-02", AT - 1_808_276),
            ("2015-2-2", AT - 1_808_276),
            ("2016-12-31T23:59:60Z", 1_483_228_799_000),
            ("2016-12-31 23:59:60", 1_483_228_799_000),
            ("1970-01-01T00:00:00Z", 0),
            ("1969-12-31T23:59:59.5Z", -500),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000), // Go's zero time
            ("2024-02-29", 1_709_164_800_000),
        ] {
            assert_eq!(read(text), Some(Timestamp(ms)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_not_guessed_at() {
        for text in [
            "",
            " ",
            "now",
            "Z",
            "1422837008276",
            "2015",
            "2015-02",
            "02/02/2015",
            "2015-02-30",
            "2015-13-01T00:00:00Z",
            "2015-00-01",
            "2023-02-29",
            "2015-02-02T",
            "2015-02-02T00",
            "2015-02-02T25:00:00Z",
            "2015-02-02T00:60:00Z",
            "2015-02-02T00:00:61Z",
            "2015-02-02T00:00:00.Z",
            "2015-02-02T00:00:00Zulu",
            "2015-02-02T00:00:00+",
            "2015-02-02T00:00:00+1",
            "2015-02-02T00:00:00+01:",
            "2015-02-02T00:00:00+01:60",
            "2015-2-02T00:00:00+99:00",
            "2015-02-02Z",
            "15-02-02T00:00:00Z",
            "Mon, 02 Feb 2015 00:30:08 GMT",
            "２０１５-02-02",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "[-0-9TtZz:., +]{0,30}") {
            let _ = read(&text);
        }

        #[test]
        fn both_ways_of_reading_agree(ms in -62_135_596_800_000_i64..253_402_300_799_000) {
            let text = jiff::Timestamp::from_millisecond(ms).expect("a time in range").to_string();
            prop_assert_eq!(read(&text), Some(Timestamp(ms)));
            prop_assert_eq!(super::lenient(&text).map(|moment| moment.as_millisecond()), Some(ms));
        }

        #[test]
        fn any_words(text in any::<String>()) {
            let _ = read(&text);
        }
    }
}
