//! What happens to an email after it was sent, by the names that mail services and Segment's own list agree on. They are
//! track calls like any other; knowing them lets pages describe them, and find them all by the word "Email".

/// An event of an email.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmailEvent {
    /// The receiving server took it.
    Delivered,
    /// Somebody opened it.
    Opened,
    /// Somebody followed a link in it.
    LinkClicked,
    /// The receiving server sent it back.
    Bounced,
    /// Somebody reported it.
    MarkedAsSpam,
    /// Somebody wants no more of them.
    Unsubscribed,
}

impl EmailEvent {
    /// All of them, in the order of an email's life.
    pub const ALL: [Self; 6] =
        [Self::Delivered, Self::Opened, Self::LinkClicked, Self::Bounced, Self::MarkedAsSpam, Self::Unsubscribed];

    /// The name that an event should have; the first of its names.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.names()[0]
    }

    /// All names under which it comes: senders do not agree on the last one.
    #[must_use]
    pub fn names(self) -> &'static [&'static str] {
        match self {
            Self::Delivered => &["Email Delivered"],
            Self::Opened => &["Email Opened"],
            Self::LinkClicked => &["Email Link Clicked"],
            Self::Bounced => &["Email Bounced"],
            Self::MarkedAsSpam => &["Email Marked as Spam"],
            Self::Unsubscribed => &["Unsubscribe", "Unsubscribed", "Email Unsubscribed"],
        }
    }

    /// The event that has this name.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.names().contains(&name))
    }

    /// Whether somebody who looks for this looks for all of them: it is "email", or its beginning.
    #[must_use]
    pub fn are_meant_by(text: &str) -> bool {
        text.len() > 1 && "email".starts_with(&text.to_lowercase())
    }

    /// When it happens.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Delivered => "The receiving mail server took the email.",
            Self::Opened => "Somebody opened the email, and their program fetched its images.",
            Self::LinkClicked => "Somebody followed a link in the email.",
            Self::Bounced => "The receiving mail server sent the email back.",
            Self::MarkedAsSpam => "Somebody reported the email as spam.",
            Self::Unsubscribed => "Somebody asked for no more emails, of one list or at all.",
        }
    }

    /// Properties that belong to it.
    #[must_use]
    pub fn properties(self) -> &'static [&'static str] {
        match self {
            Self::LinkClicked => &["email_id", "email_subject", "campaign_id", "campaign_name", "link_id", "link_url"],
            Self::Unsubscribed => {
                &["email_id", "email_subject", "campaign_id", "campaign_name", "list_id", "list_name"]
            }
            Self::Delivered | Self::Opened | Self::Bounced | Self::MarkedAsSpam => {
                &["email_id", "email_subject", "campaign_id", "campaign_name"]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::EmailEvent;
    use std::collections::BTreeSet;

    #[test]
    fn a_name_means_one_event() {
        let names: Vec<_> = EmailEvent::ALL.iter().flat_map(|event| event.names()).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        assert_eq!(EmailEvent::Unsubscribed.name(), "Unsubscribe");
        assert_eq!(EmailEvent::of("Email Unsubscribed"), Some(EmailEvent::Unsubscribed));
        assert_eq!(EmailEvent::of("Order Completed"), None);
        let meant = ["", "e", "em", "EMAIL", "emails", "mail"].map(EmailEvent::are_meant_by);
        assert_eq!(meant, [false, false, true, true, false, false]);
    }
}
