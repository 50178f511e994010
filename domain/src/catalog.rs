//! The catalog: every kind of source that people ask for, and what Headwater can do with it today. The entries themselves
//! are a data file (`data/catalog.tsv`) that only a server reads: the browser gets the few it shows.

mod choose;
mod data;

pub use choose::{CatalogFilter, Facet, category_slug};
pub use data::{connectable, entries, entry};

use serde::{Deserialize, Serialize};

/// Where the events of an entry come from, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CatalogKind {
    /// Browsers.
    Website,
    /// Phones, tablets, consoles, televisions.
    Mobile,
    /// Back ends.
    Server,
    /// Whatever can fetch an address.
    Http,
    /// Another service that tells of things as they happen.
    CloudEvent,
    /// Another service whose objects are fetched on a schedule.
    CloudObject,
    /// Rows of a warehouse.
    ReverseEtl,
}

impl CatalogKind {
    /// All kinds, in the order of the page.
    pub const ALL: [Self; 7] =
        [Self::Website, Self::Mobile, Self::Server, Self::Http, Self::CloudEvent, Self::CloudObject, Self::ReverseEtl];

    /// As in the data file and in addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Website => "website",
            Self::Mobile => "mobile",
            Self::Server => "server",
            Self::Http => "http",
            Self::CloudEvent => "cloud-event",
            Self::CloudObject => "cloud-object",
            Self::ReverseEtl => "reverse-etl",
        }
    }

    /// The kind of that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// As shown on a page.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Website => "Website",
            Self::Mobile => "Mobile",
            Self::Server => "Server",
            Self::Http => "HTTP & Pixel",
            Self::CloudEvent => "Cloud app: events",
            Self::CloudObject => "Cloud app: objects",
            Self::ReverseEtl => "Reverse ETL",
        }
    }

    /// What is in its section.
    #[must_use]
    pub fn lead(self) -> &'static str {
        match self {
            Self::Website => "Your site, in the browser",
            Self::Mobile => "Apps on phones, tablets, consoles and televisions",
            Self::Server => "Your back ends",
            Self::Http => "Where there is no library for it",
            Self::CloudEvent => "Other services, as things happen there",
            Self::CloudObject => "Other services’ objects, fetched on a schedule",
            Self::ReverseEtl => "Rows of a warehouse, sent as events",
        }
    }
}

/// How well a library is looked after by those who make it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tier {
    /// Actively developed.
    Flagship,
    /// Kept working.
    Maintenance,
    /// In its users' hands.
    Community,
}

impl Tier {
    /// All tiers, best kept first.
    pub const ALL: [Self; 3] = [Self::Flagship, Self::Maintenance, Self::Community];

    /// As in the data file and in addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Flagship => "flagship",
            Self::Maintenance => "maintenance",
            Self::Community => "community",
        }
    }

    /// The tier of that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tier| tier.code() == code)
    }

    /// As shown on a page.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Flagship => "Flagship",
            Self::Maintenance => "Maintenance",
            Self::Community => "Community",
        }
    }

    /// What somebody who chooses it can count on.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Flagship => "Its makers work on it: it gets new features as well as fixes.",
            Self::Maintenance => "Its makers mend what is critical; new features are not planned.",
            Self::Community => "Its users keep it under an open licence; nobody promises fixes.",
        }
    }
}

/// Whether an entry is settled, new or on its way out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CatalogStatus {
    /// Settled.
    Live,
    /// New: it may still change.
    Beta,
    /// No longer kept; the entry with this slug takes its place.
    Deprecated {
        /// Slug of what takes its place.
        replaced_by: String,
    },
    /// Private or gone: known, so that nobody adds it again, and not shown.
    Withdrawn,
}

/// What Headwater can do with an entry today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Support {
    /// Its library speaks the Tracking API and can be told our host: a source of it can be added.
    Connects,
    /// It can't be added; its events can be sent by a webhook or a program, through the HTTP API.
    Webhook,
    /// It can't be added, and nothing of it arrives by itself.
    NotYet,
}

impl Support {
    /// As in the data file.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Connects => "connects",
            Self::Webhook => "webhook",
            Self::NotYet => "not-yet",
        }
    }

    /// The support of that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Connects, Self::Webhook, Self::NotYet].into_iter().find(|support| support.code() == code)
    }

    /// As shown on a page.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Connects => "Connects now",
            Self::Webhook => "By webhook or HTTP API",
            Self::NotYet => "Not yet",
        }
    }
}

/// One entry of the catalog.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogEntry {
    /// Stable short name, in addresses and stored with a source.
    pub slug: String,
    /// Shown to people.
    pub name: String,
    /// Two or three characters for its tile (no logos).
    pub monogram: String,
    /// Where its events come from.
    pub kind: CatalogKind,
    /// What it is used for; nothing for libraries.
    pub categories: Vec<String>,
    /// How well its library is looked after, where it is one.
    pub tier: Option<Tier>,
    /// Whether it is settled.
    pub status: CatalogStatus,
    /// What Headwater can do with it today.
    pub support: Support,
    /// Other words that people look for it by.
    #[serde(skip)]
    pub keywords: String,
    /// One line.
    pub description: String,
}

/// What a source shows of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindLabel {
    /// Slug of the entry.
    pub slug: String,
    /// Its name; the slug if the catalog does not know it.
    pub name: String,
    /// For its tile; none if the catalog does not know it.
    pub monogram: Option<String>,
    /// Where its events come from.
    pub kind: Option<CatalogKind>,
}

impl KindLabel {
    /// The label of the kind with that slug.
    #[must_use]
    pub fn of(slug: &str) -> Self {
        let entry = entry(slug);
        Self {
            slug: slug.to_owned(),
            name: entry.map_or(slug, |entry| entry.name.as_str()).to_owned(),
            monogram: entry.map(|entry| entry.monogram.clone()),
            kind: entry.map(|entry| entry.kind),
        }
    }
}
