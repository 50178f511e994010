//! An event's `context`, as far as anything looks at it: app version, library, ip, and what a consent event says.

use super::field::{FieldText, label};
use super::object::{Key, Members, Object, skip};
use domain::validation::ConsentFields;
use serde::de::{Error, MapAccess};
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The fields of a context. A version that is a number counts as its text.
#[derive(Clone, Debug, Default)]
pub struct Context<'a> {
    app: Object<Product<'a>>,
    library: Object<Product<'a>>,
    direct: bool,
    has_ip: bool,
    consent: Object<Consent<'a>>,
    device: Object<Device<'a>>,
}

/// What has a name and a version.
#[derive(Clone, Debug, Default)]
struct Product<'a> {
    name: Option<Cow<'a, str>>,
    version: Option<Cow<'a, str>>,
}

#[derive(Clone, Debug, Default)]
struct Consent<'a> {
    preferences: Preferences<'a>,
    version: FieldText<'a>,
}

#[derive(Clone, Debug, Default)]
struct Preferences<'a> {
    field: FieldText<'a>,
    not_boolean: Option<Cow<'a, str>>,
}

#[derive(Clone, Debug, Default)]
struct Device<'a> {
    advertising_id: FieldText<'a>,
}

impl Context<'_> {
    /// `app.version`
    #[must_use]
    pub fn app_version(&self) -> Option<&str> {
        self.app.0.version.as_deref()
    }

    /// `library.name`, and `library.version` if it has one.
    #[must_use]
    pub fn library(&self) -> Option<(&str, Option<&str>)> {
        let library = &self.library.0;
        Some((library.name.as_deref()?, library.version.as_deref()))
    }

    /// Whether the sender's address belongs into the event: `direct` is `true` and there is no `ip`.
    #[must_use]
    pub fn wants_ip(&self) -> bool {
        self.direct && !self.has_ip
    }

    /// What a consent event says.
    #[must_use]
    pub fn consent(&self) -> ConsentFields<'_> {
        let consent = &self.consent.0;
        ConsentFields {
            preferences: consent.preferences.field.as_field(),
            not_boolean: consent.preferences.not_boolean.as_deref(),
            version: consent.version.as_field(),
            advertising_id: self.device.0.advertising_id.as_field(),
        }
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Context<'static> {
        let consent = self.consent.0;
        let preferences = Preferences {
            field: consent.preferences.field.into_owned(),
            not_boolean: consent.preferences.not_boolean.map(owned),
        };
        Context {
            app: Object(self.app.0.into_owned()),
            library: Object(self.library.0.into_owned()),
            direct: self.direct,
            has_ip: self.has_ip,
            consent: Object(Consent { preferences, version: consent.version.into_owned() }),
            device: Object(Device { advertising_id: self.device.0.advertising_id.into_owned() }),
        }
    }
}

impl Product<'_> {
    fn into_owned(self) -> Product<'static> {
        Product { name: self.name.map(owned), version: self.version.map(owned) }
    }
}

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

impl<'de: 'a, 'a> Members<'de> for Context<'a> {
    fn take<A: MapAccess<'de>>(&mut self, key: &Key<'de>, map: &mut A) -> Result<(), A::Error> {
        match key.0.as_ref() {
            "app" => self.app = map.next_value()?,
            "library" => self.library = map.next_value()?,
            "direct" => self.direct = map.next_value::<&RawValue>()?.get() == "true",
            "ip" => self.has_ip = map.next_value::<&RawValue>()?.get() != "null",
            "consent" => self.consent = map.next_value()?,
            "device" => self.device = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

impl<'de: 'a, 'a> Members<'de> for Product<'a> {
    fn take<A: MapAccess<'de>>(&mut self, key: &Key<'de>, map: &mut A) -> Result<(), A::Error> {
        match key.0.as_ref() {
            "name" => self.name = label(map.next_value()?),
            "version" => self.version = label(map.next_value()?),
            _ => skip(map)?,
        }
        Ok(())
    }
}

impl<'de: 'a, 'a> Members<'de> for Consent<'a> {
    fn take<A: MapAccess<'de>>(&mut self, key: &Key<'de>, map: &mut A) -> Result<(), A::Error> {
        match key.0.as_ref() {
            "categoryPreferences" => {
                let value: &RawValue = map.next_value()?;
                let Object(Categories(not_boolean)) = serde_json::from_str(value.get()).map_err(A::Error::custom)?;
                self.preferences =
                    Preferences { field: FieldText::read(value).map_err(A::Error::custom)?, not_boolean };
            }
            "version" => self.version = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

/// The first category whose value is neither `true` nor `false`; `null` counts as not there.
#[derive(Default)]
struct Categories<'a>(Option<Cow<'a, str>>);

impl<'de: 'a, 'a> Members<'de> for Categories<'a> {
    fn take<A: MapAccess<'de>>(&mut self, key: &Key<'de>, map: &mut A) -> Result<(), A::Error> {
        let value: &RawValue = map.next_value()?;
        if self.0.is_none() && !matches!(value.get(), "true" | "false" | "null") {
            self.0 = Some(key.0.clone());
        }
        Ok(())
    }
}

impl<'de: 'a, 'a> Members<'de> for Device<'a> {
    fn take<A: MapAccess<'de>>(&mut self, key: &Key<'de>, map: &mut A) -> Result<(), A::Error> {
        match key.0.as_ref() {
            "advertisingId" => self.advertising_id = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Context, Object};
    use domain::validation::Field;

    fn read(json: &str) -> Context<'_> {
        let Object(context) = serde_json::from_str(json).expect("JSON");
        context
    }

    #[test]
    fn app_version_and_library() {
        let js = Some(("js", None));
        for (json, version, library) in [
            (
                r#"{"app":{"version":"1.0"},"library":{"name":"js","version":"4.1"}}"#,
                Some("1.0"),
                Some(("js", Some("4.1"))),
            ),
            (r#"{"app":{"version":2.50},"library":{"name":"js","version":null}}"#, Some("2.50"), js),
            (r#"{"app":{"version":""},"library":{"version":"4.1"}}"#, None, None),
            (r#"{"app":{"version":"1"},"app":{"name":"x"}}"#, None, None),
            (r#"{"app":{"version":"1","version":"2"}}"#, Some("2"), None),
            (r#"{"app":["1.0"],"library":"js","device":7}"#, None, None),
            (r#"{"app":{"version":["1.0"]},"library":{"name":{}}}"#, None, None),
            (r#"[{"app":{"version":"1.0"}}]"#, None, None),
            (r#""app""#, None, None),
            ("null", None, None),
            ("17", None, None),
            ("true", None, None),
        ] {
            let context = read(json).into_owned();
            assert_eq!((context.app_version(), context.library()), (version, library), "{json}");
        }
    }

    #[test]
    fn an_address_is_wanted_only_where_the_event_says_so() {
        for (json, wanted) in [
            (r#"{"direct":true}"#, true),
            (r#"{"direct":true,"ip":null}"#, true),
            (r#"{"direct":true,"ip":"10.0.0.1"}"#, false),
            (r#"{"direct":"true"}"#, false),
            (r#"{"direct":false}"#, false),
            (r#"{"direct":true,"direct":null}"#, false),
            ("{}", false),
        ] {
            assert_eq!(read(json).wants_ip(), wanted, "{json}");
        }
    }

    #[test]
    fn consent_says_shapes_and_the_first_category_that_is_no_choice() {
        let json = r#"{"consent":{"categoryPreferences":{"ads":true,"x":null,"a/b":"yes","c":1},"version":2},
            "device":{"advertisingId":7}}"#;
        let context = read(json).into_owned();
        let consent = context.consent();
        assert_eq!((consent.preferences, consent.not_boolean), (Field::Object, Some("a/b")));
        assert_eq!((consent.version, consent.advertising_id), (Field::Number, Field::Number));
        for (json, preferences) in [
            ("{}", Field::Absent),
            (r#"{"consent":null}"#, Field::Absent),
            (r#"{"consent":{"categoryPreferences":null}}"#, Field::Absent),
            (r#"{"consent":["categoryPreferences"]}"#, Field::Absent),
            (r#"{"consent":{"categoryPreferences":["ads"]}}"#, Field::List),
            (r#"{"consent":{"categoryPreferences":"all"}}"#, Field::Text("all")),
            (r#"{"consent":{"categoryPreferences":{}}}"#, Field::Object),
        ] {
            let context = read(json);
            assert_eq!((context.consent().preferences, context.consent().not_boolean), (preferences, None), "{json}");
        }
    }
}
